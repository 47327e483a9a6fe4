// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// View draws the screen.
func (m *Model) View() tea.View {
	view := tea.NewView(m.draw())
	view.AltScreen = true
	view.WindowTitle = "flux-probe " + plain(m.header.Cluster.Context)
	if m.options.Mouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	if m.stream != nil && m.needed > 0 {
		view.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 100*m.answered/m.needed)
	}
	return view
}

// draw writes exactly as many lines as the screen has, each of exactly its width; nothing before the
// terminal has said how large it is.
func (m *Model) draw() string {
	l := &m.layout
	if l.width == 0 {
		return ""
	}
	if l.small {
		return fit("flux-probe needs at least 60 x 12 cells", l.width)
	}
	var b strings.Builder
	b.Grow(8 * l.width * l.height)
	m.drawHeader(&b)
	switch {
	case m.helping:
		m.drawHelp(&b)
	case m.problems.open:
		m.drawProblems(&b)
	default:
		m.drawPanes(&b)
	}
	b.WriteByte('\n')
	m.drawFooter(&b)
	if m.options.ASCII {
		return strings.ReplaceAll(b.String(), cutMark, asciiCutMark)
	}
	return b.String()
}

func (m *Model) drawPanes(b *strings.Builder) {
	l, r := &m.layout, &m.styles.rule
	if m.detail.stale {
		m.refreshDetail()
	}
	if m.account == nil && m.tree.cursor < len(m.tree.lines) {
		m.sectionText = m.sectionLines()
	}
	titles := []rule{{m.treeTitle(), l.tree.w, m.focus == paneTree}}
	if l.zoomed {
		titles = append(titles, rule{m.detailTitle(), l.detail.w, true})
	} else {
		titles = append(titles, rule{m.gridTitle(), l.grid.w, m.focus == paneGrid})
	}
	if l.beside {
		titles = append(titles, rule{m.detailTitle(), l.detail.w, m.focus == paneDetail})
	}
	m.drawRule(b, titles, r.topLeft, r.teeDown, r.topRight)
	for i := range l.tree.h {
		b.WriteString("\n" + r.down)
		m.drawTree(b, i)
		b.WriteString(r.down)
		if l.zoomed {
			m.drawDetail(b, i)
		} else {
			m.drawGrid(b, i)
		}
		b.WriteString(r.down)
		if l.beside {
			m.drawDetail(b, i)
			b.WriteString(r.down)
		}
	}
	if l.below {
		// The rule is one title wide: the tee under the divider above is not worth a special case.
		m.drawRule(b, []rule{{m.detailTitle(), l.detail.w, m.focus == paneDetail}}, r.teeRight, "", r.teeLeft)
		for i := range l.detail.h {
			b.WriteString("\n" + r.down)
			m.drawDetail(b, i)
			b.WriteString(r.down)
		}
		titles = []rule{{"", l.detail.w, false}}
	}
	for i := range titles {
		titles[i].title = ""
	}
	m.drawRule(b, titles, r.bottomLeft, r.teeUp, r.bottomRight)
}

// rule is a stretch of a horizontal line with a title in it.
type rule struct {
	title string
	width int
	focus bool
}

func (m *Model) drawRule(b *strings.Builder, stretches []rule, left, middle, right string) {
	b.WriteString("\n" + left)
	for i, s := range stretches {
		if i > 0 {
			b.WriteString(middle)
		}
		used := 0
		if s.title != "" {
			title := s.title
			if width(title) > s.width-3 {
				title = fit(title, s.width-3)
			}
			used = width(title) + 2
			p := m.styles.title
			if s.focus {
				p = m.styles.active
			}
			b.WriteString(p.text(" " + title + " "))
		}
		b.WriteString(strings.Repeat(m.styles.rule.across, max(0, s.width-used)))
	}
	b.WriteString(right)
}

func (m *Model) treeTitle() string { return "accounts" }

func (m *Model) gridTitle() string {
	switch {
	case m.account != nil:
		title := m.account.section.name + " " + accountLabel(m.account.subject, nil)
		if i := m.selected(); i != none && len(m.account.grid.verbs) > 0 && m.results.findings[i].Access != nil {
			title += ": " + plain(m.results.findings[i].Access.Verb) // the heads can be short
		}
		return title
	case m.tree.cursor < len(m.tree.lines):
		line := m.tree.lines[m.tree.cursor]
		if line.group != nil {
			return line.section.name + " " + plain(line.group.namespace)
		}
		return line.section.name
	}
	return "checks"
}

func (m *Model) detailTitle() string {
	i, title := m.selected(), ""
	switch {
	case m.detail.note != nil:
		title = m.detail.note.title
	case i == none:
		return "detail"
	case m.results.findings[i].Access != nil:
		title = plain(accessText(*m.results.findings[i].Access))
	default:
		title = plain(m.results.findings[i].Code)
	}
	if m.detail.below(m.layout.detail.h) {
		title = fit(title, min(width(title), m.layout.detail.w-width(moreBelow)-3)) + moreBelow
	}
	return title
}

// moreBelow says in the title of the detail that not all of it fits.
const moreBelow = ", more below"
