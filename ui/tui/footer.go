// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/ui"
)

// matchesWidth is kept for how many checks match the filter that is being typed.
const matchesWidth = 16

// drawFooter writes the filter being typed, else the active filter, what the last action came to,
// and the most useful keys.
func (m *Model) drawFooter(b *strings.Builder) {
	w := m.layout.width
	if m.typing {
		matches := ""
		if m.filter.text != "" {
			matches = ui.Thousands(m.matched()) + " match"
		}
		typed := " " + m.input.View()
		b.WriteString(typed + blank(w-ansi.StringWidth(typed)-matchesWidth) + m.styles.faint.text(fit(matches, matchesWidth)))
		return
	}
	left := ""
	if m.filter.active() {
		left = " " + plain(m.filter.String())
		if w >= 80 {
			left += ": " + numbered(m.matched(), m.matchedNoun())
		}
		left += m.styles.rule.gap
		left = fit(left, min(width(left), w*2/3))
		b.WriteString(m.styles.note.text(left))
	}
	room := w - width(left)
	if m.status != "" {
		p := m.styles.note
		if m.failed {
			p = m.styles.bad
		}
		b.WriteString(p.text(fit(" "+m.status, room)))
		return
	}
	for _, k := range m.shortKeys() {
		text := width(k.key) + width(k.does) + 3
		if text > room {
			break
		}
		room -= text
		b.WriteString(" " + m.styles.bold.text(k.key) + m.styles.faint.text(" "+k.does+" "))
	}
	b.WriteString(blank(room))
}

// matched is how many of what is listed pass the filter.
func (m *Model) matched() int {
	if m.problems.open {
		return len(m.problems.shown)
	}
	return m.results.matched
}

func (m *Model) matchedNoun() string {
	if m.problems.open {
		return "problem"
	}
	return "check"
}

// shortKeys are the keys of the footer for what is shown.
func (m *Model) shortKeys() []shortKey {
	switch {
	case m.problems.open:
		return m.keys.shortProblems(m.problems.view)
	case len(m.problems.all) > 0:
		return append([]shortKey{{m.keys.problems.Help().Key, numbered(len(m.problems.all), "problem")}}, m.keys.short()...)
	default:
		return m.keys.short()
	}
}
