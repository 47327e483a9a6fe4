// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/ui"
)

// tickMsg keeps the clock of the header going while a slow server answers nothing.
type tickMsg struct{ stream *stream }

func tick(s *stream) tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{s} })
}

// ask asks the checks at indices, in that order, and after them those that the asking which it replaces
// has not answered.
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
			if !wanted[i] && i < len(m.results.findings) && (m.results.asking[i] || m.results.findings[i].Verdict == "") {
				wanted[i] = true
				indices = append(indices, i)
			}
		}
	}
	for _, i := range indices {
		if m.results.findings[i].Verdict != "" {
			m.results.asking[i] = true
		}
	}
	m.stream = newStream(m.ctx, m.wait, m.session, m.results.findings, indices, fresh, marking)
	m.began = m.now()
	m.detail.stale = true
	return tea.Batch(m.stream.next, tick(m.stream))
}

// everything returns all places, those of failing checks and of the selected account first.
func (m *Model) everything() []int {
	n := len(m.results.findings)
	order, later := make([]int, 0, n), make([]int, 0, n)
	for i := range n {
		if m.results.fails(i) || m.results.accounts[i] == m.account {
			order = append(order, i)
		} else {
			later = append(later, i)
		}
	}
	return append(order, later...)
}

// applyBatch stores the findings of a batch.
func (m *Model) applyBatch(batch batchMsg) tea.Cmd {
	if batch.stream != m.stream {
		return nil // it is of an asking that was replaced
	}
	selected, moved := m.selected(), false
	for _, f := range batch.findings {
		m.results.put(f, batch.stream.marking)
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
	if m.session.Repeated != nil {
		before := m.header.Asked.Throttled
		m.header.Asked.Requests = m.session.Repeated()
		m.throttled = m.header.Asked.Throttled > before
	}
	if batch.done {
		m.finish()
		if compare := m.compare(); compare != nil { // the problems are looked for after it
			return tea.Batch(compare, m.leads())
		}
		return tea.Batch(m.leads(), m.findProblems())
	}
	if moved {
		m.reshow()
	}
	return batch.stream.next
}

// finish ends an asking. After the first one, sections in which nothing needs attention fold, unless the
// user has begun to look around.
func (m *Model) finish() {
	if len(m.stream.indices) == len(m.results.findings) {
		m.reviews = m.answered
	}
	if m.stream.fresh && m.finished && !m.watch.on {
		n := len(m.stream.indices)
		m.setStatus("asked " + ui.Thousands(n) + map[bool]string{true: " check again", false: " checks again"}[n == 1])
	}
	m.stream.cancel()
	m.stream, m.throttled = nil, false
	clear(m.results.asking)
	if !m.finished {
		m.finished = true
		if !m.interacted {
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
		m.setStatus("a saved report has no cluster to ask")
	case i == none:
		m.setStatus("nothing to ask here")
	case observed(&m.results.findings[i]):
		m.setStatus("decided by reading the cluster; R reads it again")
	default:
		return m.ask([]int{i}, true, true)
	}
	return nil
}
