// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/ui"
)

// tree is the left pane: sections, in them namespaces, and their accounts.
type tree struct {
	lines  []treeLine // the visible ones; rebuilt when a fold, the filter or the matrix changes
	cursor int
	top    int
}

// treeLine is an account when that is set, else a namespace when its group is, else a section. An account that is
// alone in its namespace has no line above it.
type treeLine struct {
	section *section
	group   *group
	account *account
}

// accounts are those of a line, or below it.
func (l treeLine) accounts() []*account {
	switch {
	case l.account != nil:
		return []*account{l.account}
	case l.group != nil:
		return l.group.accounts
	default:
		return l.section.accounts
	}
}

func (l treeLine) tally() *tally {
	switch {
	case l.account != nil:
		return &l.account.tally
	case l.group != nil:
		return &l.group.tally
	default:
		return &l.section.tally
	}
}

// folded is whether the line is folded, or for an account, what it is in.
func (l treeLine) folded() *bool {
	if l.group != nil {
		return &l.group.folded
	}
	return &l.section.folded
}

// parent is the line that this one is folded into; itself for a section.
func (l treeLine) parent() treeLine {
	if l.account != nil && l.group != nil {
		return treeLine{section: l.section, group: l.group}
	}
	return treeLine{section: l.section}
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
		for _, g := range s.groups {
			t.addGroup(s, g, filtered)
		}
	}
	for line := current; line.section != nil; line = line.parent() {
		if i := slices.Index(t.lines, line); i >= 0 {
			t.cursor = i
			break
		}
		if line == line.parent() {
			break
		}
	}
	t.cursor = min(t.cursor, max(0, len(t.lines)-1))
	t.scroll(m.layout.tree.h)
	m.showLine()
}

// addGroup adds the lines of a namespace.
func (t *tree) addGroup(s *section, g *group, filtered bool) {
	if filtered && g.matched == 0 {
		return
	}
	named := g // of an account that is alone: none
	if len(g.accounts) < 2 {
		named = nil
	} else {
		t.lines = append(t.lines, treeLine{section: s, group: g})
		if g.folded && !filtered {
			return
		}
	}
	for _, a := range g.accounts {
		if !filtered || a.matched > 0 {
			t.lines = append(t.lines, treeLine{s, named, a})
		}
	}
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

// foldGreen folds the sections and namespaces in which nothing needs attention.
func (m *Model) foldGreen() {
	for _, s := range m.results.sections {
		s.folded = s.failing() == 0 && (m.account == nil || m.account.section != s)
		for _, g := range s.groups {
			g.folded = g.failing() == 0 && (m.account == nil || m.account.group != g)
		}
	}
}

func (m *Model) moveTree(n int) {
	m.tree.cursor = min(max(0, m.tree.cursor+n), max(0, len(m.tree.lines)-1))
	m.tree.scroll(m.layout.tree.h)
	m.showLine()
}

// fold folds or unfolds the section or namespace under the cursor. What is folded already goes to what it is in.
func (m *Model) fold(folded bool) {
	if m.tree.cursor >= len(m.tree.lines) {
		return
	}
	line := m.tree.lines[m.tree.cursor]
	at := line.folded()
	if *at == folded && folded && line.account == nil && line.group != nil {
		at = &line.section.folded
	}
	if *at != folded {
		*at = folded
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
	line, count := m.tree.lines[i], m.tree.lines[i].tally()
	lead, name, indent := " ", line.section.name, 0
	switch {
	case line.account != nil && line.group != nil:
		name, indent = plain(line.account.subject.Name), 4
	case line.account != nil:
		name, indent = line.account.label, 2
	case line.group != nil:
		name, indent = plain(line.group.namespace), 2
	}
	if i == m.tree.cursor {
		lead = ">"
	}
	number := m.treeNumber(line)
	b.WriteString(lead)
	b.WriteString(blank(indent))
	b.WriteString(m.styles.marks[count.worst()])
	text := " " + fitAccount(name, w-indent-4-width(number)) + " " + number
	switch {
	case i == m.tree.cursor && m.focus == paneTree:
		b.WriteString(m.styles.selected.text(text))
	case i == m.tree.cursor:
		b.WriteString(m.styles.active.text(text))
	case line.account == nil && line.group == nil:
		b.WriteString(m.styles.bold.text(text))
	default:
		b.WriteString(text)
	}
}

// treeNumber is how many checks of a line need attention, or how many accounts are folded into it.
func (m *Model) treeNumber(line treeLine) string {
	count, number := line.tally(), ""
	failing := count.failing()
	if m.filter.active() {
		failing = count.found
	}
	if failing > 0 {
		number = ui.Thousands(failing)
	} else if n := len(line.accounts()); line.account == nil && *line.folded() && n > 0 {
		number = "(" + ui.Thousands(n) + ")"
	}
	if count.changed > 0 {
		number += "*"
	}
	return number
}
