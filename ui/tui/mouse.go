// SPDX-License-Identifier: Apache-2.0

package tui

import (
	tea "charm.land/bubbletea/v2"
)

const wheelLines = 3

// wheel moves in the pane under the pointer.
func (m *Model) wheel(mouse tea.Mouse) {
	n := wheelLines
	switch mouse.Button {
	case tea.MouseWheelUp:
		n = -wheelLines
	case tea.MouseWheelDown:
	default:
		return
	}
	l := &m.layout
	switch {
	case m.helping:
		m.helpTop += n // within the help when it is drawn
	case m.problems.open && (m.problems.view != viewSummary || mouse.Y > firstProblem+m.problemRows()):
		m.problems.top += n // within the text when it is drawn
	case m.problems.open:
		m.moveProblem(n)
	case l.tree.holds(mouse.X, mouse.Y):
		m.scrollTree(n)
	case l.detail.holds(mouse.X, mouse.Y):
		m.scrollDetail(n)
	case l.grid.holds(mouse.X, mouse.Y):
		m.scrollGrid(n)
	}
}

// scrollTree moves the window of the tree. The cursor stays where it is while it is in the window.
func (m *Model) scrollTree(n int) {
	t, h := &m.tree, m.layout.tree.h
	t.top = max(0, min(t.top+n, len(t.lines)-h))
	m.moveTree(max(t.top, min(t.cursor, t.top+h-1)) - t.cursor)
}

// scrollGrid moves the window of the grid, as scrollTree does.
func (m *Model) scrollGrid(n int) {
	if m.account == nil {
		return
	}
	v, h := &m.viewport, m.layout.grid.h-1
	v.top = max(0, min(v.top+n, len(m.account.grid.visible)-h))
	if to := max(v.top, min(m.account.row, v.top+h-1)); to != m.account.row {
		m.moveGrid(to-m.account.row, 0)
	}
}

// click selects what is under the pointer, folds a line of the tree, or presses a key of the footer.
func (m *Model) click(mouse tea.Mouse) tea.Cmd {
	l := &m.layout
	if mouse.Button != tea.MouseLeft || m.helping || m.typing {
		return nil
	}
	if mouse.Y == l.height-1 {
		return m.clickFooter(mouse.X)
	}
	m.interacted, m.status = true, ""
	switch {
	case m.problems.open:
		m.clickProblem(mouse.Y)
	case l.tree.holds(mouse.X, mouse.Y):
		m.setFocus(paneTree)
		if i := m.tree.top + mouse.Y - l.tree.y; i < len(m.tree.lines) {
			m.moveTree(i - m.tree.cursor)
			if line := m.tree.lines[i]; line.account == nil {
				m.fold(!*line.folded())
			}
		}
	case l.detail.holds(mouse.X, mouse.Y):
		m.setFocus(paneDetail)
	case l.grid.holds(mouse.X, mouse.Y) && m.account != nil:
		m.setFocus(paneGrid)
		row := m.viewport.top + mouse.Y - l.grid.y - 1
		if mouse.Y == l.grid.y { // the heads of the columns
			row = m.account.row
		}
		if row >= 0 && row < len(m.account.grid.visible) {
			m.moveGrid(row-m.account.row, m.columnAt(mouse.X-l.grid.x)-m.account.col)
		}
	}
	return nil
}

// clickFooter presses the key at x cells into the footer.
func (m *Model) clickFooter(x int) tea.Cmd {
	if m.status != "" {
		m.status = "" // the keys are behind it
		return nil
	}
	at := width(m.footerFilter())
	for _, k := range m.shortKeys() {
		from := at
		if at += k.width(); at > m.layout.width {
			break
		}
		if x < from || x >= at {
			continue
		}
		press := tea.KeyPressMsg{Code: []rune(k.key)[0], Text: k.key}
		switch k.key {
		case m.keys.open.Help().Key:
			press = tea.KeyPressMsg{Code: tea.KeyEnter}
		case m.keys.back.Help().Key:
			press = tea.KeyPressMsg{Code: tea.KeyEscape}
		}
		return m.press(press)
	}
	return nil
}

// columnAt is the column at x cells into the grid; the current one when x is on a label.
func (m *Model) columnAt(x int) int {
	at, widths := m.labelWidth()+1, m.columnWidths()
	for column := m.viewport.column; column < len(widths) && x >= at; column++ {
		if at += widths[column]; x < at {
			return column
		}
	}
	return m.account.col
}

// firstProblem is the line of the screen where the list of problems begins.
const firstProblem = 2

// clickProblem selects the problem on a line of the screen, or the check.
func (m *Model) clickProblem(y int) {
	p, rows := &m.problems, m.problemRows()
	switch row := y - firstProblem; {
	case row < 0 || row == rows:
	case row < rows:
		first := max(0, min(p.at-rows/2, len(p.shown)-rows))
		if to := first + row; to < len(p.shown) && to != p.at {
			m.moveProblem(to - p.at)
		}
	default:
		if k := p.top + row - rows - 1 - len(p.lines); k >= 0 && k < len(m.listedChecks()) {
			p.check = k
		}
	}
}
