// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strconv"
	"strings"
)

// drawSection writes line i of what a section says as a whole: its counts, and what was not asked.
func (m *Model) drawSection(b *strings.Builder, i int) {
	w := m.layout.sheet.w
	if m.tree.cursor >= len(m.tree.lines) {
		text := ""
		if i == 0 {
			text = " nothing passes the filter; esc clears it"
		}
		b.WriteString(fit(text, w))
		return
	}
	s := m.tree.lines[m.tree.cursor].section
	if i < len(countNames) {
		k := countNames[i].mark
		text := " " + strconv.Itoa(s.marks[k]) + " " + countNames[i].name
		b.WriteString(" " + m.styles.marks[k] + fit(text, w-2))
		return
	}
	i -= len(countNames) + 1
	for _, gap := range s.gaps {
		lines := wrap("not asked: "+plain(gap.What)+": "+plain(gap.Why), w-2)
		if i >= 0 && i < len(lines) {
			b.WriteString(fit(" "+lines[i], w))
			return
		}
		if i -= len(lines); i < 0 {
			break
		}
	}
	b.WriteString(blank(w))
}

// countNames are the lines of a section's counts, as the summary words them.
var countNames = [...]struct {
	mark mark
	name string
}{
	{markMissing, "missing"}, {markExcess, "excess"}, {markWarnMissing, "missing, a warning"}, {markWarnExcess, "excess, a warning"},
	{markUndetermined, "undetermined"}, {markException, "by exception"},
	{markWaived, "waived"}, {markPass, "as expected"}, {markPending, "not answered yet"},
}
