// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// problems is the view of what is wrong, in place of the matrix: a list, the worst first, and below it what
// is known of the selected one. The UI opens it when all has been answered and something is wrong.
type problems struct {
	all     []listedProblem
	shown   []int    // places in all of those that pass the filter
	at      int      // the selected one, a place in shown
	known   bool     // they were looked for
	results *results // whose checks they explain

	open   bool
	view   problemView
	checks []int // of the selected problem while its evidence is shown, the worst first
	check  int   // the selected one, a place in checks
	top    int   // first line of the text

	lines     []string // of the text, but for the checks: made when what they show changes, not per frame
	essential int      // of lines, those up to the fix
	stale     bool
}

// listedProblem is a problem with what the list shows of it.
type listedProblem struct {
	probe.Problem
	mark ui.Mark
	new  bool // came with a change of the cluster, and was not looked at yet
}

// problemView is what is shown of the selected problem.
type problemView int

const (
	viewSummary  problemView = iota // below the list: cause, fix, effect
	viewEvidence                    // all that is known, and the checks
	viewPatch                       // the change
	viewMessages                    // the last messages
)

// problemsMsg is what explains the failed findings.
type problemsMsg struct {
	results *results
	list    []probe.Problem

	findings []probe.Finding // of which some are accepted with the problem that they belong to
}

// findProblems looks for the problems once all has been answered.
func (m *Model) findProblems() tea.Cmd {
	find := m.session.Problems
	if find == nil || m.stream != nil {
		return nil
	}
	report, results := m.completed(), m.results
	return func() tea.Msg {
		find(report)
		return problemsMsg{results, report.Problems, report.Findings}
	}
}

// foundProblems keeps them, if they are still those of what is shown. The first time it opens their view, unless
// the user has begun to look around.
func (m *Model) foundProblems(msg problemsMsg) {
	if msg.results != m.results || m.stream != nil {
		return
	}
	for i, f := range msg.findings {
		if i < len(m.results.findings) && f.Accepted() && m.results.findings[i].Failed() {
			f.Index = i
			m.results.put(f, false)
			m.rematch(i)
		}
	}
	first := !m.problems.known
	m.setProblems(msg.list)
	switch n := len(m.problems.all); {
	case !first || n == 0 || m.problems.open:
	case m.interacted:
		m.setStatus(numbered(n, "problem") + " found: 1 shows what to do")
	default:
		m.problems.open = true
	}
}

// setProblems replaces the problems. The same one stays selected; those that came since are marked.
func (m *Model) setProblems(list []probe.Problem) {
	p := &m.problems
	selected, gone := "", make(map[string]bool, len(p.all))
	if x := p.selected(); x != nil {
		selected = x.ID
	}
	for _, x := range p.all {
		gone[x.ID] = true
	}
	before, came := p.all, 0
	p.all = nil
	for _, x := range list {
		if x.Severity == matrix.Info {
			continue
		}
		added := p.known && !gone[x.ID]
		if added {
			came++
		}
		added = added || slices.ContainsFunc(before, func(old listedProblem) bool { return old.ID == x.ID && old.new })
		delete(gone, x.ID)
		p.all = append(p.all, listedProblem{x, ui.ProblemMark(x, m.results.findings), added})
	}
	p.results = m.results
	if p.known {
		m.sayChanged(came, len(gone))
	}
	p.known = true
	m.filterProblems()
	if i := slices.IndexFunc(p.shown, func(i int) bool { return p.all[i].ID == selected }); i >= 0 {
		p.at = i
	} else {
		p.show(viewSummary)
	}
}

// sayChanged adds to the status how many problems came and went.
func (m *Model) sayChanged(came, gone int) {
	parts := []string{m.status}
	if came > 0 {
		parts = append(parts, numbered(came, "new problem"))
	}
	if gone > 0 {
		parts = append(parts, numbered(gone, "problem")+" solved")
	}
	if came+gone > 0 {
		m.say(strings.TrimLeft(strings.Join(parts, "; "), "; "), m.failed)
	}
}

// filterProblems makes the problems shown that pass the filter, by themselves or by one of their checks.
func (m *Model) filterProblems() {
	p, selected := &m.problems, none
	if p.at < len(p.shown) {
		selected = p.shown[p.at]
	}
	p.shown, p.stale = p.shown[:0], true
	for i := range p.all {
		if x := &p.all[i].Problem; m.passes(x) && m.filter.search.MatchProblem(x, m.results.findings) {
			p.shown = append(p.shown, i)
		}
	}
	if i := slices.Index(p.shown, selected); i >= 0 {
		p.at = i
	}
	p.at = max(0, min(p.at, len(p.shown)-1))
}

// passes reports whether a check of x has a verdict that the filter shows.
func (m *Model) passes(x *probe.Problem) bool {
	return m.filter.show == showAll || slices.ContainsFunc(x.Checks, func(i int) bool {
		return i >= 0 && i < len(m.results.findings) && filter{show: m.filter.show}.match(m.results, i)
	})
}

// selected is the problem under the cursor, nil when there is none.
func (p *problems) selected() *listedProblem {
	if p.at >= len(p.shown) {
		return nil
	}
	return &p.all[p.shown[p.at]]
}

// problemOf is the problem that explains check i, nil when none is known to.
func (m *Model) problemOf(i int) *listedProblem {
	p := &m.problems
	if p.results != m.results {
		return nil // the places have changed
	}
	for k := range p.all {
		if _, found := slices.BinarySearch(p.all[k].Checks, i); found {
			return &p.all[k]
		}
	}
	return nil
}

func numbered(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return ui.Thousands(n) + " " + noun
}
