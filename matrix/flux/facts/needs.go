// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// Need is a rule that the code of a controller relies on.
type Need struct {
	Rule
	Own    bool   `json:"own"`    // in the namespace of the controller only
	If     string `json:"if"`     // a feature gate that must be on
	Unless string `json:"unless"` // a feature gate that must be off
}

// Needs is needs.yaml: what the code of the controllers asks of the API server.
type Needs struct {
	Common      []Need           `json:"common"`
	Controllers []ComponentNeeds `json:"controllers"`
}

// ComponentNeeds are the needs of one component besides the common ones.
type ComponentNeeds struct {
	Component string `json:"component"`
	Needs     []Need `json:"needs"`
}

// Rank is the place of a component among those whose needs are known, and len(Controllers) for others.
func (n Needs) Rank(component string) int {
	for i, c := range n.Controllers {
		if c.Component == component {
			return i
		}
	}
	return len(n.Controllers)
}

// Known reports whether the needs of a component are known: it is one of Flux's controllers.
func (n Needs) Known(component string) bool { return n.Rank(component) < len(n.Controllers) }

// Of returns what a component needs in a release with these feature gates; nothing for one that is not known.
func (n Needs) Of(component string, release version.Version, gates map[string]bool) []Need {
	if !n.Known(component) {
		return nil
	}
	var needed []Need
	for _, need := range slices.Concat(n.Common, n.Controllers[n.Rank(component)].Needs) {
		if need.Holds(release) && (need.If == "" || gates[need.If]) && (need.Unless == "" || !gates[need.Unless]) {
			needed = append(needed, need)
		}
	}
	return needed
}

// Documented is documented.yaml: what Flux's security page says.
type Documented struct {
	Source string `json:"source"`
	Rules  []Rule `json:"rules"`
}

// MustNot is mustnot.yaml: what only the reconcilers can do.
type MustNot struct {
	Rules []Rule `json:"rules"`
}
