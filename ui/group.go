// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// group is findings that one change would fix: the same check of the same account with the same
// answer. Their accesses differ, and the reasons for which they are expected can differ.
type group struct {
	same probe.Finding // what they share: without access, because, origin, hint and leadsTo
	accesses
	access  bool // they are about an access
	reasons []reason
	hints   []string
	leads   []string // where their accesses lead
}

// reason is why some accesses of a group are expected, and their verbs.
type reason struct {
	text  string
	verbs []string
}

// groupAlike returns the findings that are kept, by what they share, in order of first appearance.
func groupAlike(findings []probe.Finding, keep func(probe.Finding) bool) []*group {
	type key struct {
		same   probe.Finding
		access bool
	}
	var order []*group
	byKey := make(map[key]*group)
	for _, f := range findings {
		if !keep(f) {
			continue
		}
		same := f
		same.Access, same.Because, same.Origin, same.Hint, same.Index, same.Check = nil, "", matrix.Shared[matrix.Origin]{}, "", 0, nil
		same.LeadsTo = nil
		k := key{same, f.Access != nil}
		g := byKey[k]
		if g == nil {
			g = &group{same: same, access: k.access}
			byKey[k] = g
			order = append(order, g)
		}
		g.addFinding(f)
	}
	return order
}

func (g *group) addFinding(f probe.Finding) {
	if hint := safetext.Printable(f.Hint); hint != "" && !slices.Contains(g.hints, hint) {
		g.hints = append(g.hints, hint)
	}
	if leads := LeadsTo(f); leads != "" && !slices.Contains(g.leads, leads) {
		g.leads = append(g.leads, leads)
	}
	text := because(f)
	i := slices.IndexFunc(g.reasons, func(r reason) bool { return r.text == text })
	if i < 0 && text != "" {
		i = len(g.reasons)
		g.reasons = append(g.reasons, reason{text: text})
	}
	if f.Access == nil {
		return
	}
	g.add(*f.Access)
	if i >= 0 {
		g.reasons[i].verbs = withVerb(g.reasons[i].verbs, f.Access.Verb)
	}
}

func withVerb(verbs []string, verb string) []string {
	if !slices.Contains(verbs, verb) {
		verbs = append(verbs, verb)
		slices.SortFunc(verbs, matrix.CompareVerbs)
	}
	return verbs
}
