// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// tree is the left pane: sections and their accounts.
type tree struct {
	lines  []treeLine // the visible ones; rebuilt when a fold, the filter or the matrix changes
	cursor int
	top    int
}

// treeLine is a section, or an account when that is set.
type treeLine struct {
	section *section
	account *account
}

func (m *Model) rebuildTree() {
	t := &m.tree
	var current treeLine
	if t.cursor < len(t.lines) {
		current = t.lines[t.cursor]
	}
	t.lines = t.lines[:0]
	filtered := m.filter.active()
	for _, s := range m.results.sections {
		if filtered && s.matched == 0 {
			continue
		}
		t.lines = append(t.lines, treeLine{section: s})
		if s.folded && !filtered {
			continue
		}
		for _, a := range s.accounts {
			if !filtered || a.matched > 0 {
				t.lines = append(t.lines, treeLine{s, a})
			}
		}
	}
	for i, line := range t.lines {
		if line == current || current.account != nil && line.account == nil && line.section == current.section {
			t.cursor = i
			if line == current {
				break
			}
		}
	}
	t.cursor = min(t.cursor, max(0, len(t.lines)-1))
	t.scroll(m.layout.tree.h)
	m.showLine()
}

// find puts the cursor on account a.
func (t *tree) find(a *account) {
	for i, line := range t.lines {
		if line.account == a && a != nil {
			t.cursor = i
		}
	}
}

// scroll keeps the cursor within a window of h lines.
func (t *tree) scroll(h int) { t.top = window(t.top, t.cursor, h, len(t.lines)) }

// window is the first line to draw so that cursor is among h lines of n.
func window(top, cursor, h, n int) int {
	if h < 1 {
		return 0
	}
	top = min(top, cursor)
	top = max(top, cursor-h+1)
	return max(0, min(top, n-h))
}

// showLine shows what the tree's cursor is on.
func (m *Model) showLine() {
	if m.tree.cursor >= len(m.tree.lines) {
		m.account = nil
		return
	}
	m.showAccount(m.tree.lines[m.tree.cursor].account)
}

// showAccount shows the grid of a; nil shows the section.
func (m *Model) showAccount(a *account) {
	if a != nil && a.grid == nil {
		a.grid = newGrid(m.results, a)
	}
	if a != nil {
		a.grid.filter(m.results.match)
	}
	if a != m.account {
		m.viewport = gridViewport{}
	}
	m.account = a
	m.detail.stale = true
	m.clampCursor()
}

// foldGreen folds the sections in which nothing needs attention.
func (m *Model) foldGreen() {
	for _, s := range m.results.sections {
		s.folded = s.failing() == 0 && (m.account == nil || m.account.section != s)
	}
}

func (m *Model) moveTree(n int) {
	m.tree.cursor = min(max(0, m.tree.cursor+n), max(0, len(m.tree.lines)-1))
	m.tree.scroll(m.layout.tree.h)
	m.showLine()
}

// fold folds or unfolds the section under the cursor.
func (m *Model) fold(folded bool) {
	if m.tree.cursor >= len(m.tree.lines) {
		return
	}
	s := m.tree.lines[m.tree.cursor].section
	if s.folded != folded {
		s.folded = folded
		m.rebuildTree()
	}
}

// drawTree writes line i of the pane.
func (m *Model) drawTree(b *strings.Builder, i int) {
	w := m.layout.tree.w
	i += m.tree.top
	if i >= len(m.tree.lines) {
		b.WriteString(blank(w))
		return
	}
	line, lead := m.tree.lines[i], " "
	name, count := line.section.name, &line.section.tally
	indent := 0
	if line.account != nil {
		name, count, indent = line.account.label, &line.account.tally, 2
	}
	if i == m.tree.cursor {
		lead = ">"
	}
	number := ""
	failing := count.failing()
	if m.filter.active() {
		failing = count.found
	}
	if failing > 0 {
		number = ui.Thousands(failing)
	} else if line.account == nil && line.section.folded && len(line.section.accounts) > 0 {
		number = "(" + strconv.Itoa(len(line.section.accounts)) + ")" // that are folded away
	}
	if count.changed > 0 {
		number += "*"
	}
	b.WriteString(lead)
	b.WriteString(blank(indent))
	b.WriteString(m.styles.marks[count.worst()])
	text := " " + fitAccount(name, w-indent-4-width(number)) + " " + number
	switch {
	case i == m.tree.cursor && m.focus == paneTree:
		b.WriteString(m.styles.selected.text(text))
	case i == m.tree.cursor:
		b.WriteString(m.styles.active.text(text))
	case line.account == nil:
		b.WriteString(m.styles.bold.text(text))
	default:
		b.WriteString(text)
	}
}
