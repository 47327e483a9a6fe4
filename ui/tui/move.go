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
			m.setFocus(paneSheet)
		case columns > 0:
			m.fold(false)
		default:
			m.moveTree(rows)
		}
	case paneSheet:
		if columns < 0 && (m.account == nil || m.account.col == 0) {
			m.setFocus(paneTree)
			return
		}
		m.moveSheet(rows, columns)
	case paneDetail:
		m.scrollDetail(rows)
	}
}

// page is the height of the pane that has the focus.
func (m *Model) page() int {
	switch m.focus {
	case paneTree:
		return m.layout.tree.h
	case paneSheet:
		return max(1, m.layout.sheet.h-1)
	default:
		return max(1, m.layout.detail.h)
	}
}

func (m *Model) cycleFocus(n int) { m.setFocus((m.focus + pane(n) + 3) % 3) }

// enter opens what is under the cursor: a section folds, an account gets the focus, a check its detail.
func (m *Model) enter() tea.Cmd {
	switch {
	case m.focus == paneTree && m.account == nil:
		if m.tree.cursor < len(m.tree.lines) {
			m.fold(!m.tree.lines[m.tree.cursor].section.folded)
		}
	case m.focus == paneTree:
		m.setFocus(paneSheet)
	default:
		m.setFocus(paneDetail)
		return m.explain()
	}
	return nil
}

// back goes one level up: detail, sheet, tree, and then the filter goes.
func (m *Model) back() {
	switch {
	case m.focus > paneTree:
		m.setFocus(m.focus - 1)
	case m.filter.active():
		m.filter = filter{}
		m.refilter()
	}
}

// nextSection goes to the next section that is shown.
func (m *Model) nextSection() {
	n := len(m.tree.lines)
	for step := 1; step <= n; step++ {
		if i := (m.tree.cursor + step) % n; m.tree.lines[i].account == nil {
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
			from = a.row*(len(a.sheetOf(m.board).verbs)+1) + a.col
		}
		if m.seekFailure(a, from, step) {
			return
		}
	}
	m.say("nothing fails here")
}

// accounts are all accounts in the order of the tree, and the place of the current one.
func (m *Model) accounts() (all []*account, at int) {
	current := m.account
	if current == nil && m.tree.cursor < len(m.tree.lines) && len(m.tree.lines[m.tree.cursor].section.accounts) > 0 {
		current = m.tree.lines[m.tree.cursor].section.accounts[0]
	}
	for _, s := range m.board.sections {
		for _, a := range s.accounts {
			if a == current {
				at = len(all)
			}
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		all = []*account{{section: &section{}}}
	}
	return all, at
}

func (a *account) sheetOf(b *board) *sheet {
	if a.sheet == nil {
		a.sheet = newSheet(b, a)
	}
	return a.sheet
}

// seekFailure looks in a for a failure after the place from, or before it, and goes there. none
// starts at the end that step comes from.
func (m *Model) seekFailure(a *account, from, step int) bool {
	s := a.sheetOf(m.board)
	s.filter(m.board.match)
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
		if i := s.checkAt(r, column); i != none && m.board.fails(i) && m.board.match[i] {
			m.goTo(a, place/stride, column)
			return true
		}
	}
	return false
}

// goTo shows a with the cursor on a cell.
func (m *Model) goTo(a *account, row, column int) {
	if a.section.folded {
		a.section.folded = false
		m.rebuildTree()
	}
	m.tree.find(a)
	m.tree.scroll(m.layout.tree.h)
	m.open(a)
	a.row, a.col = row, column
	if m.focus == paneTree {
		m.setFocus(paneSheet)
	}
	m.detail.stale = true
	m.clampCursor()
	m.look()
}
