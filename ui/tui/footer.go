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
	left := m.footerFilter()
	if left != "" {
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
		if k.width() > room {
			break
		}
		room -= k.width()
		b.WriteString(" " + m.styles.bold.text(k.key) + m.styles.faint.text(" "+k.does+" "))
	}
	b.WriteString(blank(room))
}

// footerFilter is the active filter before the keys; empty when none is.
func (m *Model) footerFilter() string {
	if !m.filter.active() {
		return ""
	}
	text, w := " "+plain(m.filter.String()), m.layout.width
	if w >= 80 {
		text += ": " + numbered(m.matched(), m.matchedNoun())
	}
	text += m.styles.rule.gap
	return fit(text, min(width(text), w*2/3))
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
