// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// board is the matrix with what is known about each check so far. Its counts change with each
// finding, so that no frame has to count.
type board struct {
	matrix   *matrix.Matrix
	findings []probe.Finding // by place in the matrix; no verdict while pending
	home     []*account      // where each check is shown
	match    []bool          // whether each check passes the filter
	was      map[int]matrix.Verdict
	asking   map[int]bool // asked again, and not answered yet
	sections []*section
	summary  probe.Summary
	tally
}

// section is a part of the matrix: accounts, and what was left out.
type section struct {
	name     string
	accounts []*account
	gaps     []matrix.Gap
	folded   bool
	tally
}

// account is a subject within a section.
type account struct {
	section *section
	subject matrix.Subject
	label   string
	checks  []int // places in the matrix
	sheet   *sheet
	row     int // where the cursor was
	col     int
	tally
}

func newBoard(run Run) *board {
	n := len(run.Matrix.Expectations)
	b := &board{
		matrix: run.Matrix, findings: make([]probe.Finding, n), home: make([]*account, n), match: make([]bool, n),
		was: make(map[int]matrix.Verdict), asking: make(map[int]bool),
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
	type address struct {
		section string
		subject matrix.Subject
	}
	accounts := make(map[address]*account)
	known := len(run.Report.Findings) == n
	for i, e := range run.Matrix.Expectations {
		at := address{e.Section, e.Subject}
		a, ok := accounts[at]
		if !ok {
			s := find(e.Section)
			a = &account{section: s, subject: e.Subject, label: accountLabel(e.Subject, run.Report.Flux)}
			accounts[at] = a
			s.accounts = append(s.accounts, a)
		}
		a.checks = append(a.checks, i)
		b.home[i] = a
		if known {
			b.findings[i] = run.Report.Findings[i]
			b.findings[i].Index = i
			b.summary.Add(b.findings[i])
		}
		b.count(i, 1)
	}
	for _, gap := range run.Matrix.NotAsked {
		s := find(gap.Section)
		s.gaps = append(s.gaps, gap)
	}
	return b
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
func (b *board) count(i, n int) {
	f, a := &b.findings[i], b.home[i]
	for _, t := range [...]*tally{&a.tally, &a.section.tally, &b.tally} {
		t.add(f, n)
		if b.match[i] {
			t.matched += n
		}
		if _, changed := b.was[i]; changed {
			t.changed += n
		}
	}
}

// update changes check i by change, and the counts with it.
func (b *board) update(i int, change func()) {
	b.count(i, -1)
	change()
	b.count(i, 1)
}

// put takes a finding. With marking, a verdict that differs from the one before is remembered as
// changed until it is seen.
func (b *board) put(f probe.Finding, marking bool) {
	i := f.Index
	delete(b.asking, i)
	b.update(i, func() {
		old := b.findings[i]
		if old.Verdict != "" {
			b.summary.Remove(old)
			if marking && old.Verdict != f.Verdict {
				b.was[i] = old.Verdict
			}
		}
		b.findings[i] = f
		b.summary.Add(f)
	})
}

// see takes the mark of change off check i.
func (b *board) see(i int) {
	if _, changed := b.was[i]; changed {
		b.update(i, func() { delete(b.was, i) })
	}
}

// fails says whether check i needs attention.
func (b *board) fails(i int) bool {
	return b.findings[i].Failed() && b.findings[i].Severity != matrix.Info
}

// identity tells what a check is about, to find it again in another matrix.
type identity struct {
	section, code string
	review        matrix.Review
	subject       matrix.Subject
	origin        matrix.Origin
}

func identify(e matrix.Expectation) identity {
	review, _ := e.Access()
	return identity{e.Section, e.Code, review, e.Subject, e.Origin.Placeless()}
}

// adopt takes from old what it knows about the checks that b has too, and gives the places of those
// that are new.
func (b *board) adopt(old *board) []int {
	places := make(map[identity]int, len(old.findings))
	for i, e := range old.matrix.Expectations {
		places[identify(e)] = i
	}
	var fresh []int
	for i, e := range b.matrix.Expectations {
		j, ok := places[identify(e)]
		if !ok || old.findings[j].Verdict == "" || old.asking[j] {
			fresh = append(fresh, i)
		}
		if !ok || b.findings[i].Verdict != "" {
			continue
		}
		b.update(i, func() {
			b.findings[i] = old.findings[j]
			b.findings[i].Index = i
			if was, changed := old.was[j]; changed {
				b.was[i] = was
			}
		})
		if b.findings[i].Verdict != "" {
			b.summary.Add(b.findings[i])
		}
	}
	b.carry(old)
	return fresh
}

// carry keeps folds and cursors where they were.
func (b *board) carry(old *board) {
	for _, s := range b.sections {
		for _, t := range old.sections {
			if s.name != t.name {
				continue
			}
			s.folded = t.folded
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
