// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// SubjectGroup is the findings about one subject in one section.
type SubjectGroup struct {
	Section string
	Subject matrix.Subject
	Places  []int // of the findings, in order
}

// GroupBySubject returns findings by section and subject, in order of first appearance.
func GroupBySubject(findings []probe.Finding) []SubjectGroup {
	type key struct {
		section string
		subject matrix.Subject
	}
	places := groupBy(findings, func(f *probe.Finding) key { return key{f.Section, f.Subject} })
	groups := make([]SubjectGroup, len(places))
	for i, p := range places {
		first := &findings[p[0]]
		groups[i] = SubjectGroup{first.Section, first.Subject, p}
	}
	return groups
}

// groupBy returns the places of the findings that have a key in common, in order of first appearance.
func groupBy[K comparable](findings []probe.Finding, key func(*probe.Finding) K) [][]int {
	at := make(map[K]int)
	var groups [][]int
	for i := range findings {
		k := key(&findings[i])
		g, ok := at[k]
		if !ok {
			g, groups = len(groups), append(groups, nil)
			at[k] = g
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}
