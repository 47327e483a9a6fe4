// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// drawSection writes line i of the view of a section: its counts, and what was not asked.
func (m *Model) drawSection(b *strings.Builder, i int) {
	w := m.layout.grid.w
	if m.tree.cursor >= len(m.tree.lines) {
		text := ""
		if i == 0 {
			text = " nothing passes the filter; esc clears it"
		}
		b.WriteString(fit(text, w))
		return
	}
	line := m.tree.lines[m.tree.cursor]
	for _, c := range countNames {
		n := line.tally().marks[c.mark]
		if n == 0 {
			continue
		}
		if i == 0 {
			b.WriteString(" " + m.styles.marks[c.mark] + fit(" "+ui.Thousands(n)+" "+c.name, w-2))
			return
		}
		i--
	}
	i--
	if line.group != nil {
		b.WriteString(blank(w))
		return
	}
	for _, gap := range line.section.gaps {
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
	mark ui.Mark
	name string
}{
	{ui.MarkMissing, "missing"}, {ui.MarkExcess, "excess"}, {ui.MarkMissingWarning, "missing (warning)"}, {ui.MarkExcessWarning, "excess (warning)"},
	{ui.MarkUndetermined, "undetermined"}, {ui.MarkException, "by exception"},
	{ui.MarkWaived, "waived"}, {ui.MarkPass, "as expected"}, {ui.MarkDenied, "denied, as expected"}, {ui.MarkPending, "not answered yet"},
}
