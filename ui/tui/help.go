// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
)

const (
	helpKeyWidth = 20 // of the keys
	helpWidth    = 58 // of a key and what it does
)

// drawHelp writes every key in the place of the panes.
func (m *Model) drawHelp(b *strings.Builder) {
	l, r := &m.layout, &m.styles.rule
	body, inner := m.helpHeight(), l.width-2
	lines := m.helpLines()
	columns := max(1, inner/helpWidth)
	rows := (len(lines) + columns - 1) / columns
	m.helpTop = max(0, min(m.helpTop, rows-body))
	title := "keys and marks; q closes this"
	if rows > body {
		title = "keys and marks; down for more, q closes this"
	}
	m.drawRule(b, []rule{{title, inner, true}}, r.topLeft, "", r.topRight)
	for i := range body {
		var line strings.Builder
		for column := range columns {
			text := ""
			if i+m.helpTop < rows {
				text = lineOf(lines, column*rows+i+m.helpTop)
			}
			line.WriteString(fit(" "+text, inner/columns))
		}
		b.WriteString("\n" + r.down + fit(line.String(), inner) + r.down)
	}
	m.drawRule(b, []rule{{"", inner, false}}, r.bottomLeft, "", r.bottomRight)
}

func (m *Model) helpHeight() int { return m.layout.height - 4 }

// helpLines are the keys by what they are for, and the marks.
func (m *Model) helpLines() []string {
	var lines []string
	for _, group := range m.keys.groups() {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, strings.ToUpper(group.title))
		for _, k := range group.keys {
			lines = append(lines, fit(k.Help().Key, helpKeyWidth)+k.Help().Desc)
		}
	}
	lines = append(lines, "", "MARKS")
	for _, k := range countNames {
		lines = append(lines, fit(k.mark.Glyph(m.options.ASCII), helpKeyWidth)+k.name)
	}
	for _, k := range [][2]string{
		{"[ ]", "the selected check"}, {"*", "changed, and not looked at yet"},
		{"(3)", "a folded section of three accounts"}, {"<2  3>", "columns to the left and to the right"},
	} {
		lines = append(lines, fit(k[0], helpKeyWidth)+k[1])
	}
	for _, line := range wrap(verbsLegend, helpWidth-helpKeyWidth-2) {
		lines = append(lines, fit("", helpKeyWidth)+line)
	}
	return append(lines, "", "Nothing here changes the cluster.")
}
