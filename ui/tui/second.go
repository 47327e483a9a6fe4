// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// secondMsg is the second opinion on the answers to a matrix.
type secondMsg struct {
	of       *matrix.Matrix
	findings []probe.Finding
	gaps     []matrix.Gap
}

// compare asks for the second opinion when an asking has ended. While the cluster is being read again
// there is none: what it would be compared with is about to change.
func (m *Model) compare() tea.Cmd {
	if m.session.Second == nil || m.watch.loading {
		return nil
	}
	of, second := m.derived, m.session.Second
	return func() tea.Msg {
		findings, gaps := second(of)
		return secondMsg{of, findings, gaps}
	}
}

// differ puts the second opinion behind all that was derived, so that nothing moves; it takes the place
// of an earlier one.
func (m *Model) differ(msg secondMsg) {
	had := len(m.board.findings) - len(m.derived.Expectations)
	if msg.of != m.derived || len(msg.findings) == 0 && len(msg.gaps) == 0 && had == 0 || m.stream != nil {
		return
	}
	all := &matrix.Matrix{
		Expectations: slices.Clip(m.derived.Expectations),
		NotAsked:     append(slices.Clip(m.derived.NotAsked), msg.gaps...),
	}
	for _, f := range msg.findings {
		all.Expectations = append(all.Expectations, answered(f))
	}
	m.show(Run{Report: m.header, Matrix: all})
	for i, f := range msg.findings {
		f.Index = len(m.derived.Expectations) + i
		m.board.put(f, false)
		m.rematch(f.Index)
	}
	m.reshow()
}

// answered is a finding as the expectation that it came from, as far as it tells.
func answered(f probe.Finding) matrix.Expectation {
	e := matrix.Expectation{
		Section: f.Section, Code: f.Code, Subject: f.Subject, Want: f.Want, Severity: f.Severity,
		Because: f.Because, Origin: f.Origin, Hint: f.Hint, Observed: f.Observed,
	}
	if f.Access != nil {
		e.Ways = matrix.One(f.Subject, *f.Access)
	}
	if f.Observed != "" || f.Access == nil {
		e.Settled = f.Verdict
	}
	return e
}
