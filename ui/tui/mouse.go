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
	case l.tree.holds(mouse.X, mouse.Y):
		m.moveTree(n)
	case l.detail.holds(mouse.X, mouse.Y):
		m.scrollDetail(n)
	case l.sheet.holds(mouse.X, mouse.Y):
		m.moveSheet(n, 0)
	}
}

// click selects what is under the pointer.
func (m *Model) click(mouse tea.Mouse) {
	l := &m.layout
	if mouse.Button != tea.MouseLeft || m.helping {
		return
	}
	m.touched, m.status = true, ""
	switch {
	case l.tree.holds(mouse.X, mouse.Y):
		m.setFocus(paneTree)
		if i := m.tree.top + mouse.Y - l.tree.y; i < len(m.tree.lines) {
			m.moveTree(i - m.tree.cursor)
		}
	case l.detail.holds(mouse.X, mouse.Y):
		m.setFocus(paneDetail)
	case l.sheet.holds(mouse.X, mouse.Y) && m.account != nil:
		m.setFocus(paneSheet)
		row := m.sheet.top + mouse.Y - l.sheet.y - 1
		if row >= 0 && row < len(m.account.sheet.visible) {
			m.moveSheet(row-m.account.row, m.columnAt(mouse.X-l.sheet.x)-m.account.col)
		}
	}
}

// columnAt is the column at x cells into the sheet; the current one when x is on a label.
func (m *Model) columnAt(x int) int {
	at := m.labelWidth() + 1
	for column := m.sheet.column; column < len(m.account.sheet.widths) && x >= at; column++ {
		if at += m.account.sheet.widths[column]; x < at {
			return column
		}
	}
	return m.account.col
}
