// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
)

const (
	helpKeyWidth = 14 // of the keys
	helpWidth    = 56 // of a key and what it does
)

// drawHelp writes every key in the place of the panes.
func (m *Model) drawHelp(b *strings.Builder) {
	l, r := &m.layout, &m.styles.rule
	body, inner := l.height-4, l.width-2
	lines := m.helpLines()
	columns := max(1, inner/helpWidth)
	rows := (len(lines) + columns - 1) / columns
	m.helpTop = max(0, min(m.helpTop, rows-body))
	title := "keys; nothing here changes the cluster"
	if rows > body {
		title = "keys; down for more"
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

// helpLines are the keys by what they are for.
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
	return lines
}
