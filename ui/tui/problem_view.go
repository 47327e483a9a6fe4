// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// leastList is how many problems stay visible where their text needs the room.
const leastList = 3

// problemRows is the height of the list: a third of the screen, and less where the selected problem, its cause and
// its fix would not fit below it. Beside the evidence and the patch only the selected problem is listed.
func (m *Model) problemRows() int {
	p, body := &m.problems, m.layout.height-5
	if p.view != viewSummary {
		return 1
	}
	rows := max(1, min(len(p.shown), body/3))
	return min(rows, max(min(rows, leastList), body-p.essential))
}

// problemHeight is the height of the text below the list.
func (m *Model) problemHeight() int { return m.layout.height - 5 - m.problemRows() }

// drawProblems writes the view in the place of the panes.
func (m *Model) drawProblems(b *strings.Builder) {
	r, p, inner := &m.styles.rule, &m.problems, m.layout.width-2
	if p.stale {
		m.refreshProblem()
	}
	rows := m.problemRows()
	m.drawRule(b, []rule{{m.problemsTitle(), inner, p.view == viewSummary}}, r.topLeft, "", r.topRight)
	first := max(0, min(p.at-rows/2, len(p.shown)-rows))
	for i := range rows {
		b.WriteString("\n" + r.down)
		m.drawProblemLine(b, first+i, inner)
		b.WriteString(r.down)
	}
	height, total := m.problemHeight(), len(p.lines)+len(m.listedChecks())
	p.top = max(0, min(p.top, total-height))
	m.drawRule(b, []rule{{p.textTitle(p.top+height < total), inner, p.view != viewSummary}}, r.teeRight, "", r.teeLeft)
	for i := range height {
		b.WriteString("\n" + r.down)
		m.drawProblemText(b, p.top+i, inner)
		b.WriteString(r.down)
	}
	m.drawRule(b, []rule{{"", inner, false}}, r.bottomLeft, "", r.bottomRight)
}

func (m *Model) problemsTitle() string {
	p := &m.problems
	switch {
	case m.stream != nil:
		return "problems: asking, " + ui.Thousands(m.answered) + " of " + ui.Thousands(m.needed)
	case len(p.shown) > 0 && len(p.shown) < len(p.all):
		return fmt.Sprintf("problems %d/%d of %d", p.at+1, len(p.shown), len(p.all))
	case len(p.shown) > 0:
		return fmt.Sprintf("problems %d/%d", p.at+1, len(p.shown))
	default:
		return "problems"
	}
}

// textTitle is the title of the text below the list.
func (p *problems) textTitle(more bool) string {
	title := [...]string{"what to do", "evidence", "the change", "messages"}[p.view]
	switch {
	case more && p.view == viewSummary:
		return title + ", more with enter"
	case more:
		return title + moreBelow
	default:
		return title
	}
}

// drawProblemLine writes a problem of the list on a line.
func (m *Model) drawProblemLine(b *strings.Builder, i, w int) {
	p := &m.problems
	if i >= len(p.shown) {
		text := ""
		if i == 0 {
			text = " " + m.noProblems()
		}
		b.WriteString(fit(text, w))
		return
	}
	x := &p.all[p.shown[i]]
	cursor, flag, text := "  ", " ", fit(plain(x.Title), w-4)
	if i == p.at {
		cursor, text = m.styles.bold.text("> "), m.styles.bold.text(text)
	}
	if x.new {
		flag = m.styles.note.text("*")
	}
	b.WriteString(cursor + m.styles.marks[x.mark] + flag + text)
}

// noProblems says why the list is empty.
func (m *Model) noProblems() string {
	failing, warnings := m.failing()
	switch n := m.results.summary.Checks; {
	case m.stream != nil || !m.finished:
		return "the problems are shown when all reviews are answered"
	case len(m.problems.all) > 0:
		return "no matches; esc clears the filter"
	case len(m.results.findings) == 0:
		return "nothing was checked"
	case failing+warnings > 0 && !m.problems.known:
		return "looking for the problems"
	case failing+warnings > 0:
		return numbered(failing+warnings, "check") + " failed, but the report has no problem that explains them; 2 shows the checks"
	case m.openGaps() > 0:
		return "no check failed, but " + numbered(m.openGaps(), "thing") + " could not be checked; 2 shows which"
	default:
		return "nothing is wrong: " + numbered(n, "check") + ", all as expected or accepted"
	}
}

// openGaps is how many things were not checked that should have been.
func (m *Model) openGaps() int {
	n := 0
	for _, gap := range m.results.gaps {
		if gap.Open() {
			n++
		}
	}
	return n
}

// drawProblemText writes line i of the text, or of the checks after it.
func (m *Model) drawProblemText(b *strings.Builder, i, w int) {
	p, checks := &m.problems, m.listedChecks()
	switch k := i - len(p.lines); {
	case k < 0:
		b.WriteString(p.lines[i])
	case k < len(checks):
		m.drawProblemCheck(b, checks[k], k == p.check, w)
	default:
		b.WriteString(blank(w))
	}
}

// drawProblemCheck writes a check of a problem on a line.
func (m *Model) drawProblemCheck(b *strings.Builder, i int, selected bool, w int) {
	f := &m.results.findings[i]
	text := listLabel(f)
	if who := plain(f.Subject.String()); who != "" {
		text = who + ": " + text
	}
	lead, text := " ", fit(text, w-5)
	if selected {
		lead, text = ">", m.styles.active.text(text)
	}
	b.WriteString(" " + lead + " " + m.styles.marks[markOf(f)] + " " + text)
}

// listedChecks are the checks that are drawn after the text.
func (m *Model) listedChecks() []int {
	if p := &m.problems; p.view != viewEvidence || p.results != m.results {
		return nil
	}
	return m.problems.checks
}

// moveCheck selects another check of the problem. One that is not on the screen is shown first.
func (m *Model) moveCheck(n int) {
	if m.problems.stale {
		m.refreshProblem()
	}
	p, checks, height := &m.problems, len(m.listedChecks()), m.problemHeight()
	visible := func() bool { at := len(p.lines) + p.check - p.top; return at >= 0 && at < height }
	switch to := p.check + n; {
	case checks == 0 || n < 0 && to < 0:
		p.top += n
		return
	case visible():
		p.check = max(0, min(to, checks-1))
	}
	p.top = window(p.top, len(p.lines)+p.check, height, len(p.lines)+checks)
}
