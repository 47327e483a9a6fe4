// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// identity is what makes two findings the same check, to find it again when the cluster was read again.
type identity struct {
	section, code string
	subject       matrix.Subject
	access        matrix.Access
	want          matrix.Effect
	origin        matrix.Origin
}

func identify(f *probe.Finding) identity {
	id := identity{section: f.Section, code: f.Code, subject: f.Subject, want: f.Want, origin: f.Origin.Get().WithoutLocation()}
	if f.Access != nil {
		id.access = *f.Access
	}
	return id
}

// copyFrom takes over what old knows about the checks that b has too, and returns the places of those
// about which nothing is known.
func (b *results) copyFrom(old *results) []int {
	places := make(map[identity]int, len(old.findings))
	for i := range old.findings {
		places[identify(&old.findings[i])] = i
	}
	var unknown []int
	for i := range b.findings {
		j, ok := places[identify(&b.findings[i])]
		if !ok || old.findings[j].Verdict == "" || old.asking[j] {
			unknown = append(unknown, i)
		}
		if ok {
			b.update(i, func() { b.copyFinding(i, old, j) })
		}
	}
	b.copyViewState(old)
	return unknown
}

// copyFinding takes over the answer to check j of old for check i, unless that has one.
func (b *results) copyFinding(i int, old *results, j int) {
	if previous, changed := old.previous[j]; changed {
		b.previous[i] = previous
	}
	f, from := &b.findings[i], &old.findings[j]
	if f.Verdict != "" || from.Verdict == "" {
		return
	}
	f.Verdict, f.Reason, f.Via, f.Observed, f.Waiver = from.Verdict, from.Reason, from.Via, from.Observed, from.Waiver
	b.summary.Add(*f)
}

// copyViewState keeps folds and cursors where they were.
func (b *results) copyViewState(old *results) {
	for _, s := range b.sections {
		for _, t := range old.sections {
			if s.name != t.name {
				continue
			}
			s.folded = t.folded
			s.copyFolds(t)
			before := make(map[matrix.Subject]*account, len(t.accounts))
			for _, a := range t.accounts {
				before[a.subject] = a
			}
			for _, a := range s.accounts {
				if o, ok := before[a.subject]; ok {
					a.row, a.col = o.row, o.col
				}
			}
		}
	}
}

// copyFolds keeps the namespaces of a section folded.
func (s *section) copyFolds(old *section) {
	folded := make(map[string]bool, len(old.groups))
	for _, g := range old.groups {
		folded[g.namespace] = g.folded
	}
	for _, g := range s.groups {
		g.folded = folded[g.namespace]
	}
}
