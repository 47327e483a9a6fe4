// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strconv"
	"strings"
)

// sheetView is the window on the sheet that is shown.
type sheetView struct {
	top    int // first visible line, among the visible rows
	column int // first visible column
}

// selected is the check under the cursor, none when there is none.
func (m *Model) selected() int {
	a := m.account
	if a == nil || len(a.sheet.visible) == 0 || a.row >= len(a.sheet.visible) {
		return none
	}
	return a.sheet.checkAt(a.sheet.visible[a.row], a.col)
}

// clampCursor keeps the cursor within the sheet, and the window around the cursor.
func (m *Model) clampCursor() {
	a := m.account
	if a == nil {
		return
	}
	s := a.sheet
	a.row = min(max(0, a.row), max(0, len(s.visible)-1))
	a.col = min(max(0, a.col), max(0, len(s.verbs)-1))
	m.sheet.top = window(m.sheet.top, a.row, m.layout.sheet.h-1, len(s.visible))
	m.sheet.column = min(m.sheet.column, a.col)
	for m.sheet.column < a.col && m.sheet.column+m.columns() <= a.col {
		m.sheet.column++
	}
}

// look takes the mark of change off the check under the cursor: the user was there.
func (m *Model) look() {
	if i := m.selected(); i != none {
		m.board.see(i)
	}
}

// usualVerbs is how many columns come first: get, list, watch, create, update, patch, delete.
const usualVerbs = 7

// labelWidth is the width of the frozen column: as wide as the labels, if all columns stay visible, or
// those of the usual verbs; else cut to leave room for them.
func (m *Model) labelWidth() int {
	s, rest := m.account.sheet, m.layout.sheet.w-1
	usual := rest - hintWidth
	for i, w := range s.widths {
		rest -= w
		if i < usualVerbs {
			usual -= w
		}
	}
	return min(s.label+1, max(rest, usual, min(maxRowLabel, m.layout.sheet.w/2)))
}

// hintWidth is kept for the hint that there are more columns: " +12>".
const hintWidth = 5

// columns is how many columns are visible from the first visible one on.
func (m *Model) columns() int {
	s := m.account.sheet
	room, n := m.layout.sheet.w-1-m.labelWidth(), 0
	total := 0
	for _, w := range s.widths[m.sheet.column:] {
		total += w
	}
	if total > room {
		room -= hintWidth
	}
	for _, w := range s.widths[m.sheet.column:] {
		if room -= w; room < 0 {
			break
		}
		n++
	}
	return max(1, n)
}

func (m *Model) moveSheet(rows, columns int) {
	if m.account == nil {
		return
	}
	m.look() // at what is left, as it may have changed under the cursor
	m.account.row += rows
	m.account.col += columns
	m.detail.stale, m.detail.top = true, 0
	m.clampCursor()
	m.look()
}

// drawSheet writes line i of the middle pane.
func (m *Model) drawSheet(b *strings.Builder, i int) {
	switch {
	case len(m.board.findings) == 0 && len(m.board.sections) == 0:
		b.WriteString(fit(" "+lineOf(wrap("nothing found to check: no Flux, or none that may be read", m.layout.sheet.w-2), i), m.layout.sheet.w))
	case m.account == nil:
		m.drawSection(b, i)
	case i == 0:
		m.drawVerbs(b)
	default:
		m.drawRow(b, m.sheet.top+i-1)
	}
}

// drawVerbs writes the frozen header of the columns.
func (m *Model) drawVerbs(b *strings.Builder) {
	s, w := m.account.sheet, m.layout.sheet.w
	if len(s.verbs) == 0 {
		b.WriteString(m.styles.faint.text(fit(" CHECK", w)))
		return
	}
	label := m.labelWidth()
	first, n := m.sheet.column, m.columns()
	head := " RESOURCE"
	if first > 0 {
		head = fit(head, label-4) + " <" + strconv.Itoa(first)
	}
	line := fit(head, label+1)
	for column := first; column < min(first+n, len(s.verbs)); column++ {
		line += fit(strings.ToUpper(fit(plain(s.verbs[column]), min(maxVerb, width(plain(s.verbs[column]))))), s.widths[column])
	}
	if more := len(s.verbs) - first - n; more > 0 {
		hint := "+" + strconv.Itoa(more) + ">"
		line = fit(line, w-width(hint)) + hint
	}
	b.WriteString(m.styles.faint.text(fit(line, w)))
}

// drawRow writes the n-th visible row.
func (m *Model) drawRow(b *strings.Builder, n int) {
	a, w := m.account, m.layout.sheet.w
	if n >= len(a.sheet.visible) {
		text := ""
		if n == 0 {
			text = " nothing passes the filter; esc clears it"
		}
		b.WriteString(fit(text, w))
		return
	}
	line, current := &a.sheet.rows[a.sheet.visible[n]], n == a.row
	if line.cells == nil {
		m.drawCheck(b, line, current, w)
		return
	}
	label := m.labelWidth()
	b.WriteByte(' ')
	m.drawLabel(b, line.fit(label-1)+" ", current)
	used := label + 1
	for column := m.sheet.column; column < min(m.sheet.column+m.columns(), len(line.cells)); column++ {
		b.WriteString(m.cell(line.cells[column], current && column == a.col))
		b.WriteString(blank(a.sheet.widths[column] - 3))
		used += a.sheet.widths[column]
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
	case current && m.focus == paneSheet:
		b.WriteString(m.styles.selected.text(text))
	case current:
		b.WriteString(m.styles.active.text(text))
	default:
		b.WriteString(text)
	}
}

// cell is the three cells of a check, ready made.
func (m *Model) cell(i int, cursor bool) string {
	k, state := markBlank, cellPlain
	if i != none {
		k = markOf(&m.board.findings[i])
		if _, changed := m.board.was[i]; changed {
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
