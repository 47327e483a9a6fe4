// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// results is the matrix with what is known about each check so far. Its counts change with each
// finding, so that no frame has to count.
type results struct {
	findings []probe.Finding // one for each check; without a verdict while pending
	accounts []*account      // where each check is shown
	match    []bool          // whether each check passes the filter
	previous map[int]matrix.Verdict
	asking   map[int]bool // asked again, and not answered yet
	sections []*section
	gaps     []matrix.Gap
	summary  probe.Summary
	tally
}

// section is a part of the matrix: accounts by namespace, and what was left out.
type section struct {
	name     string
	groups   []*group
	accounts []*account // of all groups, in their order
	gaps     []matrix.Gap
	folded   bool
	tally
}

// group are the accounts of a namespace within a section; users, groups and the cluster are groups of their own.
type group struct {
	namespace string
	accounts  []*account
	folded    bool
	tally
}

// account is a subject within a section.
type account struct {
	section *section
	group   *group
	subject matrix.Subject
	label   string
	checks  []int // places in the findings
	grid    *grid
	row     int // where the cursor was
	col     int
	tally
}

// newResults arranges the findings of r, which it takes over.
func newResults(r *probe.Report) *results {
	n := len(r.Findings)
	b := &results{
		findings: r.Findings, accounts: make([]*account, n), match: make([]bool, n), gaps: r.NotAsked,
		previous: make(map[int]matrix.Verdict), asking: make(map[int]bool),
	}
	sections := make(map[string]*section)
	find := func(name string) *section {
		s, ok := sections[name]
		if !ok {
			s = &section{name: name}
			sections[name] = s
			b.sections = append(b.sections, s)
		}
		return s
	}
	for _, g := range ui.GroupBySubject(r.Findings) {
		s := find(g.Section)
		a := &account{section: s, subject: g.Subject, label: accountLabel(g.Subject, r.Flux), checks: g.Places}
		s.add(a)
		for _, i := range g.Places {
			b.accounts[i] = a
			f := &b.findings[i]
			if f.Index = i; f.Verdict != "" {
				b.summary.Add(*f)
			}
			b.count(i, 1)
		}
	}
	for _, gap := range r.NotAsked {
		s := find(gap.Section)
		s.gaps = append(s.gaps, gap)
	}
	for _, s := range b.sections {
		for _, g := range s.groups {
			s.accounts = append(s.accounts, g.accounts...)
		}
	}
	return b
}

// add puts an account into the group of its namespace.
func (s *section) add(a *account) {
	if i := slices.IndexFunc(s.groups, func(g *group) bool {
		return g.namespace != "" && g.namespace == a.subject.Namespace
	}); i >= 0 {
		a.group = s.groups[i]
	} else {
		a.group = &group{namespace: a.subject.Namespace}
		s.groups = append(s.groups, a.group)
	}
	a.group.accounts = append(a.group.accounts, a)
}

// accountLabel is the account's name, and its namespace unless that is the one that Flux runs in.
func accountLabel(s matrix.Subject, installs []probe.Flux) string {
	if s.Kind == matrix.KindServiceAccount && len(installs) == 1 && s.Namespace == installs[0].Namespace {
		return plain(s.Name)
	}
	if label := plain(s.String()); label != "" {
		return label
	}
	return "(cluster)"
}

// count adds check i to the counts of all that hold it, or takes it out.
func (b *results) count(i, n int) {
	f, a := &b.findings[i], b.accounts[i]
	for _, t := range [...]*tally{&a.tally, &a.group.tally, &a.section.tally, &b.tally} {
		t.add(f, n)
		if b.match[i] {
			t.matched += n
			if b.fails(i) {
				t.found += n
			}
		}
		if _, changed := b.previous[i]; changed {
			t.changed += n
		}
	}
}

// update changes check i by change, and the counts with it.
func (b *results) update(i int, change func()) {
	b.count(i, -1)
	change()
	b.count(i, 1)
}

// put stores a finding in its place. With marking, a verdict that differs from the one before is marked
// as changed until the user has seen it.
func (b *results) put(f probe.Finding, marking bool) {
	i := f.Index
	delete(b.asking, i)
	b.update(i, func() {
		old := b.findings[i]
		if old.Verdict != "" {
			b.summary.Remove(old)
			if marking && old.Verdict != f.Verdict {
				b.previous[i] = old.Verdict
			}
		}
		b.findings[i] = f
		b.summary.Add(f)
	})
}

// markSeen takes the mark of change off check i.
func (b *results) markSeen(i int) {
	if _, changed := b.previous[i]; changed {
		b.update(i, func() { delete(b.previous, i) })
	}
}

// fails reports whether check i needs attention.
func (b *results) fails(i int) bool {
	return b.findings[i].Failed() && b.findings[i].Severity != matrix.Info
}

// observed reports whether check f was decided by reading, and so is never asked.
func observed(f *probe.Finding) bool { return f.Want == "" }

// reviewOf returns the access review that f is about, false when it is about none.
func reviewOf(f *probe.Finding) (matrix.Review, bool) {
	if asked, ok := f.Check.(*matrix.Asked); ok && len(asked.AnyOf) > 0 && len(asked.AnyOf[0]) > 0 {
		return asked.AnyOf[0][0], true
	}
	if f.Access == nil {
		return matrix.Review{}, false
	}
	return matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access}, true
}
