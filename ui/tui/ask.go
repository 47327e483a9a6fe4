// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// tickMsg keeps the clock of the header going while a slow server answers nothing.
type tickMsg struct{ stream *stream }

func tick(s *stream) tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{s} })
}

// ask asks the checks at indices, in that order, and after them what an asking that it replaces
// left open.
func (m *Model) ask(indices []int, fresh, marking bool) tea.Cmd {
	if m.session.Probe == nil || len(indices) == 0 {
		return nil
	}
	wanted := make(map[int]bool, len(indices))
	for _, i := range indices {
		wanted[i] = true
	}
	if m.stream != nil {
		m.stream.cancel()
		fresh, marking = fresh || m.stream.fresh, marking || m.stream.marking
		for _, i := range m.stream.indices {
			if !wanted[i] && i < len(m.board.findings) && (m.board.asking[i] || m.board.findings[i].Verdict == "") {
				wanted[i] = true
				indices = append(indices, i)
			}
		}
	}
	for _, i := range indices {
		if m.board.findings[i].Verdict != "" {
			m.board.asking[i] = true
		}
	}
	m.stream = newStream(m.ctx, m.wait, m.session, m.board.matrix, indices, fresh, marking)
	m.began = m.now()
	m.detail.stale = true
	return tea.Batch(m.stream.next, tick(m.stream))
}

// everything is every place of the matrix, the failing and the selected ones first.
func (m *Model) everything() []int {
	n := len(m.board.findings)
	order, later := make([]int, 0, n), make([]int, 0, n)
	for i := range n {
		if m.board.fails(i) || m.board.home[i] == m.account {
			order = append(order, i)
		} else {
			later = append(later, i)
		}
	}
	return append(order, later...)
}

// take puts a batch on the board.
func (m *Model) take(batch batchMsg) tea.Cmd {
	if batch.stream != m.stream {
		return nil // of an asking that was replaced
	}
	selected, moved := m.selected(), false
	for _, f := range batch.findings {
		m.board.put(f, batch.stream.marking)
		if m.rematch(f.Index) {
			moved = true
		}
		if f.Index == selected {
			m.detail.stale = true
		}
		if f.Index == m.detail.explainedCheck {
			m.detail.explainedCheck = none
		}
	}
	m.elapsed = m.now().Sub(m.began)
	m.answered, m.needed = int(batch.stream.answered.Load()), int(batch.stream.needed.Load())
	if m.session.Throttled != nil {
		n := m.session.Throttled()
		m.throttled, m.putOff = n > m.putOff, n
	}
	if batch.done {
		m.finish()
		return m.compare()
	}
	if moved {
		m.reshow()
	}
	return batch.stream.next
}

// finish ends an asking: the result stands, and once, after the first, green sections fold unless
// somebody has begun to look around.
func (m *Model) finish() {
	if len(m.stream.indices) == len(m.board.findings) {
		m.reviews = m.answered
	}
	m.stream.cancel()
	m.stream, m.throttled = nil, false
	clear(m.board.asking)
	if !m.settled {
		m.settled = true
		if !m.touched {
			m.foldGreen()
		}
	}
	m.reshow()
}

// askSelected asks the check under the cursor again.
func (m *Model) askSelected() tea.Cmd {
	i := m.selected()
	switch {
	case m.session.Probe == nil:
		m.say("a saved report has no cluster to ask")
	case i == none:
		m.say("nothing to ask here")
	case m.board.matrix.Expectations[i].Settled != "":
		m.say("settled by what was read; R reads the cluster again")
	default:
		return m.ask([]int{i}, true, true)
	}
	return nil
}
