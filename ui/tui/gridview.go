// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// gridViewport is the part of the grid that is visible.
type gridViewport struct {
	top    int // first visible line, among the visible rows
	column int // first visible column
}

// selected is the check under the cursor, none when there is none.
func (m *Model) selected() int {
	a := m.account
	if a == nil || len(a.grid.visible) == 0 || a.row >= len(a.grid.visible) {
		return none
	}
	return a.grid.checkAt(a.grid.visible[a.row], a.col)
}

// clampCursor keeps the cursor within the grid, and the window around the cursor.
func (m *Model) clampCursor() {
	a := m.account
	if a == nil {
		return
	}
	s := a.grid
	a.row = min(max(0, a.row), max(0, len(s.visible)-1))
	a.col = min(max(0, a.col), max(0, len(s.verbs)-1))
	m.viewport.top = window(m.viewport.top, a.row, m.layout.grid.h-1, len(s.visible))
	m.viewport.column = min(m.viewport.column, a.col)
	for m.viewport.column < a.col && m.viewport.column+m.columns() <= a.col {
		m.viewport.column++
	}
}

// leaveBlank moves the cursor from a blank cell to the nearest check of its row.
func (m *Model) leaveBlank() {
	a := m.account
	if a == nil || m.selected() != none || a.row >= len(a.grid.visible) {
		return
	}
	r, columns := a.grid.visible[a.row], len(a.grid.verbs)
	for step := 1; step < columns; step++ {
		for _, column := range [...]int{a.col - step, a.col + step} {
			if column >= 0 && column < columns && a.grid.checkAt(r, column) != none {
				a.col = column
				m.clampCursor()
				return
			}
		}
	}
}

// markSelectedSeen takes the mark of change off the check under the cursor.
func (m *Model) markSelectedSeen() {
	if i := m.selected(); i != none {
		m.results.markSeen(i)
	}
}

// usualVerbs is how many columns come first: get, list, watch, create, update, patch, delete.
const usualVerbs = 7

// labelWidth is the width of the frozen column: as wide as the labels, if all columns stay visible, or
// those of the usual verbs; else cut to leave room for them. Columns of two letters all stay visible.
func (m *Model) labelWidth() int {
	s, rest := m.account.grid, m.layout.grid.w-1
	usual, least := rest-hintWidth, min(maxRowLabel, m.layout.grid.w/2)
	widths := m.columnWidths()
	if s.label+2+s.wide > m.layout.grid.w {
		usual, least = 0, min(leastRowLabel, least)
	}
	for i, w := range widths {
		rest -= w
		if i < usualVerbs {
			usual -= w
		}
	}
	return min(s.label+1, max(rest, usual, least))
}

// hintWidth is kept for the hint that there are more columns: " +12>".
const hintWidth = 5

// columns is how many columns are visible from the first visible one on.
func (m *Model) columns() int {
	widths := m.columnWidths()[m.viewport.column:]
	room, n := m.layout.grid.w-1-m.labelWidth(), 0
	total := 0
	for _, w := range widths {
		total += w
	}
	if total > room {
		room -= hintWidth
	}
	for _, w := range widths {
		if room -= w; room < 0 {
			break
		}
		n++
	}
	return max(1, n)
}

func (m *Model) moveGrid(rows, columns int) {
	if m.account == nil {
		return
	}
	m.markSelectedSeen() // at what is left, as it can have changed under the cursor
	m.account.row += rows
	m.account.col += columns
	m.detail.stale, m.detail.top, m.detail.note = true, 0, nil
	m.clampCursor()
	m.markSelectedSeen()
}

// drawGrid writes line i of the middle pane.
func (m *Model) drawGrid(b *strings.Builder, i int) {
	switch {
	case len(m.results.findings) == 0 && len(m.results.sections) == 0:
		b.WriteString(fit(" "+lineOf(wrap("nothing to check: there is no Flux, or no permission to read it", m.layout.grid.w-2), i), m.layout.grid.w))
	case m.account == nil:
		m.drawSection(b, i)
	case i == 0:
		m.drawVerbs(b)
	default:
		legend := m.legend(m.layout.grid.w - 2)
		if from := m.layout.grid.h - len(legend); i >= from && i > len(m.account.grid.visible) {
			b.WriteString(m.styles.faint.text(fit(" "+legend[i-from], m.layout.grid.w)))
			return
		}
		m.drawRow(b, m.viewport.top+i-1)
	}
}

// drawVerbs writes the frozen header of the columns.
func (m *Model) drawVerbs(b *strings.Builder) {
	s, w := m.account.grid, m.layout.grid.w
	if len(s.verbs) == 0 {
		b.WriteString(m.styles.faint.text(fit(" CHECK", w)))
		return
	}
	label := m.labelWidth()
	first, n := m.viewport.column, m.columns()
	head := " RESOURCE"
	if first > 0 {
		head = fit(head, label-4) + " <" + strconv.Itoa(first)
	}
	line := fit(head, label+1)
	for column := first; column < min(first+n, len(s.verbs)); column++ {
		line += m.head(column)
	}
	if more := len(s.verbs) - first - n; more > 0 {
		hint := strconv.Itoa(more) + ">"
		line = fit(line, w-width(hint)) + hint
	}
	b.WriteString(m.styles.faint.text(fit(line, w)))
}

// drawRow writes the n-th visible row.
func (m *Model) drawRow(b *strings.Builder, n int) {
	a, w := m.account, m.layout.grid.w
	if n >= len(a.grid.visible) {
		text := ""
		if n == 0 {
			text = " no matches; esc clears the filter"
		}
		b.WriteString(fit(text, w))
		return
	}
	line, current := &a.grid.rows[a.grid.visible[n]], n == a.row
	if line.cells == nil {
		m.drawCheck(b, line, current, w)
		return
	}
	label, widths := m.labelWidth(), m.columnWidths()
	b.WriteByte(' ')
	m.drawLabel(b, line.fit(label-1)+" ", current)
	used := label + 1
	for column := m.viewport.column; column < min(m.viewport.column+m.columns(), len(line.cells)); column++ {
		b.WriteString(m.cell(line.cells[column], current && column == a.col))
		b.WriteString(blank(widths[column] - cellWidth))
		used += widths[column]
	}
	b.WriteString(blank(w - used))
}

// drawCheck writes a line of the list.
func (m *Model) drawCheck(b *strings.Builder, line *row, current bool, w int) {
	b.WriteString(m.cell(line.check, current))
	m.drawLabel(b, " "+fit(line.label, w-4), current)
}

func (m *Model) drawLabel(b *strings.Builder, text string, current bool) {
	switch {
	case current && m.focus == paneGrid:
		b.WriteString(m.styles.selected.text(text))
	case current:
		b.WriteString(m.styles.active.text(text))
	default:
		b.WriteString(text)
	}
}

// cell is the three cells of a check, ready made.
func (m *Model) cell(i int, cursor bool) string {
	k, state := ui.MarkNone, cellPlain
	if i != none {
		k = markOf(&m.results.findings[i])
		if _, changed := m.results.previous[i]; changed {
			state = cellChanged
		}
	}
	if cursor {
		state += cellCursor // of plain and of changed
	}
	return m.styles.cells[k][state]
}

func lineOf(lines []string, i int) string {
	if i < 0 || i >= len(lines) {
		return ""
	}
	return lines[i]
}
