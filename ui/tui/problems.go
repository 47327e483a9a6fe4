// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// problems is the view of what is wrong, in place of the matrix: a list, the worst first, and below it the
// effect, the cause and the fix of the selected one.
type problems struct {
	list  []probe.Problem
	known bool // they were looked for
	open  bool
	at    int
	patch bool // the patch is shown in place of the effect and the cause
	top   int  // first line of the text below the list
}

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

// foundProblems keeps them, if they are still those of what is shown.
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
	m.setProblems(msg.list)
}

func (m *Model) setProblems(list []probe.Problem) {
	p := &m.problems
	selected := ""
	if p.at < len(p.list) {
		selected = p.list[p.at].ID
	}
	p.list = slices.DeleteFunc(slices.Clone(list), func(x probe.Problem) bool { return x.Severity == matrix.Info })
	p.at = max(0, slices.IndexFunc(p.list, func(x probe.Problem) bool { return x.ID == selected }))
	p.known = true
}

// pressProblem handles the keys while the view is open.
func (m *Model) pressProblem(msg tea.KeyPressMsg) tea.Cmd {
	k, p := &m.keys, &m.problems
	is := func(b key.Binding) bool { return key.Matches(msg, b) }
	switch {
	case is(k.matrix), is(k.back):
		p.open = false
	case is(k.down), is(k.nextFailure):
		m.moveProblem(1)
	case is(k.up), is(k.prevFailure):
		m.moveProblem(-1)
	case is(k.top):
		m.moveProblem(-len(p.list))
	case is(k.bottom):
		m.moveProblem(len(p.list))
	case is(k.pageDown):
		p.top++
	case is(k.pageUp):
		p.top = max(0, p.top-1)
	case is(k.open):
		m.openProblem()
	case is(k.fix):
		p.patch, p.top = !p.patch, 0
	case is(k.copyCommand):
		return m.copyProblem()
	case is(k.export), is(k.againAll), is(k.watch), is(k.profile):
		return m.pressAction(msg)
	}
	return nil
}

func (m *Model) moveProblem(n int) {
	p := &m.problems
	p.at, p.top = max(0, min(p.at+n, len(p.list)-1)), 0
}

// openProblem shows the first check of the selected problem in the matrix.
func (m *Model) openProblem() {
	p := &m.problems
	if p.at >= len(p.list) {
		return
	}
	for _, i := range p.list[p.at].Checks {
		if i >= 0 && i < len(m.results.accounts) && m.results.accounts[i] != nil {
			p.open = false
			m.goToCheck(i)
			return
		}
	}
}

// goToCheck puts the cursor on a check, if the filter lets it be shown.
func (m *Model) goToCheck(check int) {
	a := m.results.accounts[check]
	g := a.gridOf(m.results)
	g.filter(m.results.match)
	for row, r := range g.visible {
		for column := range len(g.verbs) + 1 {
			if g.checkAt(r, column) == check {
				m.goTo(a, row, column)
				return
			}
		}
	}
}

// copyProblem gives the terminal's clipboard the patch when it is shown, else the commands of the fix.
func (m *Model) copyProblem() tea.Cmd {
	p := &m.problems
	if p.at >= len(p.list) {
		m.setStatus("nothing to copy here")
		return nil
	}
	fix := p.list[p.at].Fix
	text, what := strings.Join(fix.Commands, "\n"), "the commands"
	if p.patch || text == "" {
		text, what = fix.Patch, "the patch"
	}
	if text == "" {
		m.setStatus("this problem has no command and no patch")
		return nil
	}
	return m.copy(what, text)
}

// drawProblems writes the view in the place of the panes.
func (m *Model) drawProblems(b *strings.Builder) {
	l, r, p := &m.layout, &m.styles.rule, &m.problems
	inner := l.width - 2
	rows := max(1, min(len(p.list), (l.height-5)/3))
	title := "problems"
	if len(p.list) > 0 {
		title = fmt.Sprintf("problems %d/%d", p.at+1, len(p.list))
	}
	m.drawRule(b, []rule{{title, inner, true}}, r.topLeft, "", r.topRight)
	first := max(0, min(p.at-rows/2, len(p.list)-rows))
	for i := range rows {
		b.WriteString("\n" + r.down)
		m.drawProblemLine(b, first+i, inner)
		b.WriteString(r.down)
	}
	detail := m.problemLines(inner)
	height := l.height - 5 - rows
	p.top = max(0, min(p.top, len(detail)-height))
	below := ""
	if p.top+height < len(detail) {
		below = moreBelow
	}
	m.drawRule(b, []rule{{"what to do" + below, inner, false}}, r.teeRight, "", r.teeLeft)
	for i := range height {
		line := blank(inner)
		if i+p.top < len(detail) {
			line = detail[i+p.top]
		}
		b.WriteString("\n" + r.down + line + r.down)
	}
	m.drawRule(b, []rule{{"", inner, false}}, r.bottomLeft, "", r.bottomRight)
}

// drawProblemLine writes a problem of the list on a line.
func (m *Model) drawProblemLine(b *strings.Builder, i, w int) {
	p := &m.problems
	if i >= len(p.list) {
		text := " nothing is wrong"
		if !p.known {
			text = " problems are known when all has been answered"
		}
		b.WriteString(fit(text, w))
		return
	}
	cursor, text := "  ", fit(plain(p.list[i].Title), w-4)
	if i == p.at {
		cursor, text = m.styles.bold.text("> "), m.styles.bold.text(text)
	}
	b.WriteString(cursor + m.styles.marks[m.problemMark(p.list[i])] + " " + text)
}

// problemMark is the mark of the worst check of a problem.
func (m *Model) problemMark(x probe.Problem) ui.Mark {
	worst := ui.MarkMissingWarning
	for _, i := range x.Checks {
		if i >= 0 && i < len(m.results.findings) {
			worst = max(worst, markOf(&m.results.findings[i]))
		}
	}
	return worst
}
