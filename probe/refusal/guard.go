// SPDX-License-Identifier: Apache-2.0

package refusal

type GuardKind string

const Immutable GuardKind = "immutable"

func (k GuardKind) Unknown() bool { return false }

type Guard struct {
	Kind             GuardKind
	Name, Part, Says string
}

func (g Guard) String() string { return g.Says }
func (g Guard) Hint() string   { return "" }

func Guards(text string) []Guard { return nil }
