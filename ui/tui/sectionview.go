// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// drawSection writes line i of the view of a section: its counts, and what was not asked.
func (m *Model) drawSection(b *strings.Builder, i int) {
	w := m.layout.grid.w
	if m.tree.cursor >= len(m.tree.lines) {
		text := ""
		if i == 0 {
			text = " no matches; esc clears the filter"
		}
		b.WriteString(fit(text, w))
		return
	}
	b.WriteString(lineOr(m.sectionText, i, w))
}

// sectionLines are the counts of the section or namespace under the cursor of the tree, its problems, and what was
// not asked.
func (m *Model) sectionLines() []string {
	line, w := m.tree.lines[m.tree.cursor], m.layout.grid.w
	var lines []string
	for _, c := range countNames {
		if n := line.tally().marks[c.mark]; n > 0 {
			lines = append(lines, " "+m.styles.marks[c.mark]+fit(" "+ui.Thousands(n)+" "+c.name, w-2))
		}
	}
	add := func(mark, text string) {
		for i, part := range wrap(text, w-4) {
			if i > 0 {
				mark = " "
			}
			lines = append(lines, " "+mark+" "+fit(part, w-3))
		}
	}
	lines = append(lines, "")
	for _, x := range m.problemsBelow(line) {
		add(m.styles.marks[x.mark], plain(x.Title))
	}
	if line.group == nil && len(line.section.gaps) > 0 {
		lines = append(lines, "")
		for _, gap := range line.section.gaps {
			add(" ", "not asked: "+plain(gap.What)+": "+plain(gap.Why))
		}
	}
	return lines
}

// problemsBelow are the problems that explain a check of one of the accounts below a line of the tree.
func (m *Model) problemsBelow(line treeLine) []*listedProblem {
	p := &m.problems
	if p.results != m.results || line.tally().failing() == 0 {
		return nil
	}
	var found []*listedProblem
	for i := range p.all {
		if slices.ContainsFunc(p.all[i].Checks, func(i int) bool {
			if i < 0 || i >= len(m.results.accounts) || m.results.accounts[i] == nil {
				return false
			}
			a := m.results.accounts[i]
			return a.section == line.section && (line.group == nil || a.group == line.group)
		}) {
			found = append(found, &p.all[i])
		}
	}
	return found
}

// lineOr is line i, or a blank one of w cells.
func lineOr(lines []string, i, w int) string {
	if i < 0 || i >= len(lines) || lines[i] == "" {
		return blank(w)
	}
	return lines[i]
}

// countNames are the lines of a section's counts, as the summary words them.
var countNames = [...]struct {
	mark ui.Mark
	name string
}{
	{ui.MarkMissing, "missing"}, {ui.MarkExcess, "excess"}, {ui.MarkMissingWarning, "missing (warning)"}, {ui.MarkExcessWarning, "excess (warning)"},
	{ui.MarkUndetermined, "undetermined"}, {ui.MarkException, "by exception"},
	{ui.MarkWaived, "waived"}, {ui.MarkBaseline, "in the baseline"}, {ui.MarkPass, "as expected"}, {ui.MarkDenied, "denied, as expected"}, {ui.MarkPending, "not answered yet"},
}
