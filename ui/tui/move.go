// SPDX-License-Identifier: Apache-2.0

package tui

import (
	tea "charm.land/bubbletea/v2"
)

// move moves within the pane that has the focus.
func (m *Model) move(rows, columns int) {
	switch m.focus {
	case paneTree:
		switch {
		case columns < 0:
			m.fold(true)
		case columns > 0 && m.account != nil:
			m.setFocus(paneGrid)
		case columns > 0:
			m.fold(false)
		default:
			m.moveTree(rows)
		}
	case paneGrid:
		if columns < 0 && (m.account == nil || m.account.col == 0) {
			m.setFocus(paneTree)
			return
		}
		m.moveGrid(rows, columns)
	case paneDetail:
		m.scrollDetail(rows)
	}
}

// page is the height of the pane that has the focus.
func (m *Model) page() int {
	switch m.focus {
	case paneTree:
		return m.layout.tree.h
	case paneGrid:
		return max(1, m.layout.grid.h-1)
	default:
		return max(1, m.layout.detail.h)
	}
}

func (m *Model) cycleFocus(n int) { m.setFocus((m.focus + pane(n) + 3) % 3) }

// enter opens what is under the cursor: a section or namespace folds, an account gets the focus, a check its detail.
func (m *Model) enter() tea.Cmd {
	switch {
	case m.focus == paneTree && m.account == nil:
		if m.tree.cursor < len(m.tree.lines) {
			m.fold(!*m.tree.lines[m.tree.cursor].folded())
		}
	case m.focus == paneTree:
		m.setFocus(paneGrid)
	default:
		m.setFocus(paneDetail)
		return m.explain()
	}
	return nil
}

// back closes the note or the detail, then clears the filter, then goes back to the tree.
func (m *Model) back() {
	switch {
	case m.detail.note != nil:
		m.detail.note, m.detail.top, m.detail.stale = nil, 0, true
	case m.filter.active() && m.focus != paneDetail:
		m.filter = filter{}
		m.refilter()
	case m.focus > paneTree:
		m.setFocus(m.focus - 1)
	}
}

// nextSection goes to the next section that is shown.
func (m *Model) nextSection() {
	n := len(m.tree.lines)
	for step := 1; step <= n; step++ {
		if i := (m.tree.cursor + step) % n; m.tree.lines[i] == (treeLine{section: m.tree.lines[i].section}) {
			m.moveTree(i - m.tree.cursor)
			return
		}
	}
}

// nextFailure goes to the next check that fails, across accounts, or to the one before; it starts
// over at the ends.
func (m *Model) nextFailure(step int) {
	accounts, at := m.accounts()
	for n := range len(accounts) + 1 {
		a := accounts[((at+step*n)%len(accounts)+len(accounts))%len(accounts)]
		if a.failing() == 0 {
			continue
		}
		from := none
		if n == 0 && a == m.account {
			from = a.row*(len(a.gridOf(m.results).verbs)+1) + a.col
		}
		if m.seekFailure(a, from, step) {
			return
		}
	}
	m.setStatus("no check fails")
}

// accounts are all accounts in the order of the tree, and the place of the current one.
func (m *Model) accounts() (all []*account, at int) {
	current := m.account
	if current == nil && m.tree.cursor < len(m.tree.lines) {
		if below := m.tree.lines[m.tree.cursor].accounts(); len(below) > 0 {
			current = below[0]
		}
	}
	for _, s := range m.results.sections {
		for _, a := range s.accounts {
			if a == current {
				at = len(all)
			}
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		all = []*account{{section: &section{}, group: &group{}}}
	}
	return all, at
}

func (a *account) gridOf(b *results) *grid {
	if a.grid == nil {
		a.grid = newGrid(b, a)
	}
	return a.grid
}

// seekFailure looks in a for a failure after the place from, or before it, and goes there. none
// starts at the end that step comes from.
func (m *Model) seekFailure(a *account, from, step int) bool {
	s := a.gridOf(m.results)
	s.filter(m.results.match)
	stride := len(s.verbs) + 1
	last := len(s.visible)*stride - 1
	place := from + step
	if from == none && step < 0 {
		place = last
	} else if from == none {
		place = 0
	}
	for ; place >= 0 && place <= last; place += step {
		r, column := s.visible[place/stride], place%stride
		if s.rows[r].cells == nil && column > 0 {
			continue // a line of the list counts once
		}
		if i := s.checkAt(r, column); i != none && m.results.fails(i) && m.results.match[i] {
			m.goTo(a, place/stride, column)
			return true
		}
	}
	return false
}

// goTo shows a with the cursor on a cell.
func (m *Model) goTo(a *account, row, column int) {
	if a.section.folded || a.group.folded {
		a.section.folded, a.group.folded = false, false
		m.rebuildTree()
	}
	m.tree.find(a)
	m.tree.scroll(m.layout.tree.h)
	m.showAccount(a)
	a.row, a.col = row, column
	if m.focus == paneTree {
		m.setFocus(paneGrid)
	}
	m.detail.stale = true
	m.clampCursor()
	m.markSelectedSeen()
}
