// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// cause is what findings share that somebody would mend at once: the same check of the same account with
// the same answer. Their accesses differ, and why they are expected may.
type cause struct {
	same probe.Finding // without access, reason why, origin and hint
	accesses
	access bool
	whys   []why
	hints  []string
}

// why is a reason for accesses of a cause, and the verbs that it is about.
type why struct {
	text  string
	verbs []string
}

// causes are the findings that are kept, by what they share, in order of first appearance.
func causes(findings []probe.Finding, keep func(probe.Finding) bool) []*cause {
	var order []*cause
	type key struct {
		same   probe.Finding
		access bool
	}
	byKey := make(map[key]*cause)
	for _, f := range findings {
		if !keep(f) {
			continue
		}
		same := f
		same.Access, same.Because, same.Origin, same.Hint, same.Index = nil, "", matrix.Origin{}, "", 0
		k := key{same, f.Access != nil}
		c := byKey[k]
		if c == nil {
			c = &cause{same: same, access: k.access}
			byKey[k] = c
			order = append(order, c)
		}
		c.take(f)
	}
	return order
}

func (c *cause) take(f probe.Finding) {
	if hint := probe.Printable(f.Hint); hint != "" && !slices.Contains(c.hints, hint) {
		c.hints = append(c.hints, hint)
	}
	text := because(f)
	i := slices.IndexFunc(c.whys, func(w why) bool { return w.text == text })
	if i < 0 && text != "" {
		i = len(c.whys)
		c.whys = append(c.whys, why{text: text})
	}
	if f.Access == nil {
		return
	}
	c.add(*f.Access)
	if i >= 0 {
		c.whys[i].verbs = withVerb(c.whys[i].verbs, f.Access.Verb)
	}
}

func withVerb(verbs []string, verb string) []string {
	if !slices.Contains(verbs, verb) {
		verbs = append(verbs, verb)
		slices.SortFunc(verbs, matrix.CompareVerbs)
	}
	return verbs
}
