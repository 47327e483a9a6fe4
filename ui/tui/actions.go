// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"encoding/json"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/probe"
)

// savedMsg is what writing the report came to.
type savedMsg struct {
	path string
	err  error
}

// explainedMsg is what grants an access, and what nearly does.
type explainedMsg struct {
	board *board
	check int
	lines []string
	err   error
}

// copyCommand gives the terminal's clipboard the kubectl command of the selected check.
func (m *Model) copyCommand() tea.Cmd {
	i := m.selected()
	if i == none {
		m.say("nothing to copy here")
		return nil
	}
	review, ok := m.board.matrix.Expectations[i].Access()
	if !ok {
		m.say("this check asks no access review: there is no command for it")
		return nil
	}
	m.say("sent the command to the terminal's clipboard")
	return tea.SetClipboard(probe.CanI(review))
}

// copyJSON gives the terminal's clipboard the finding as a report has it.
func (m *Model) copyJSON() tea.Cmd {
	i := m.selected()
	if i == none || m.board.findings[i].Verdict == "" {
		m.say("no finding to copy here")
		return nil
	}
	text, err := json.MarshalIndent(m.board.findings[i], "", "  ")
	if err != nil {
		m.fail(err)
		return nil
	}
	m.say("sent the finding to the terminal's clipboard")
	return tea.SetClipboard(string(text))
}

// fixMsg is the YAML that settles a finding.
type fixMsg struct {
	text string
	err  error
}

// copyFix gives the terminal's clipboard what settles the selected check.
func (m *Model) copyFix() tea.Cmd {
	i := m.selected()
	switch {
	case m.session.Fix == nil:
		m.say("there is no RBAC to make a fix of")
		return nil
	case i == none || !m.board.findings[i].Failed():
		m.say("nothing to fix here")
		return nil
	}
	ctx, fix, finding := m.ctx, m.session.Fix, m.board.findings[i]
	return func() tea.Msg {
		text, err := fix(ctx, finding)
		return fixMsg{text, err}
	}
}

func (m *Model) fixed(msg fixMsg) tea.Cmd {
	if msg.err != nil {
		m.fail(fmt.Errorf("making the fix: %w", msg.err))
		return nil
	}
	m.say("sent what settles it to the terminal's clipboard")
	return tea.SetClipboard(msg.text)
}

// save writes the report; the file is written outside Update.
func (m *Model) save() tea.Cmd {
	if m.session.Save == nil {
		m.say("the report is a file already")
		return nil
	}
	report, save := m.report(), m.session.Save
	return func() tea.Msg {
		path, err := save(report)
		return savedMsg{path, err}
	}
}

func (m *Model) saved(msg savedMsg) {
	if msg.err != nil {
		m.fail(fmt.Errorf("writing the report: %w", msg.err))
		return
	}
	m.say("wrote the report to " + msg.path)
}

// explain looks up who grants the selected access.
func (m *Model) explain() tea.Cmd {
	i := m.selected()
	if i == none || m.session.Explain == nil || m.detail.explainedCheck == i || m.board.findings[i].Verdict == "" {
		return nil
	}
	if _, ok := m.board.matrix.Expectations[i].Access(); !ok {
		return nil
	}
	ctx, session, board, finding := m.ctx, m.session, m.board, m.board.findings[i]
	return func() tea.Msg {
		lines, err := session.Explain(ctx, finding)
		return explainedMsg{board, i, lines, err}
	}
}

func (m *Model) explained(msg explainedMsg) {
	switch {
	case msg.board != m.board:
	case msg.err != nil:
		m.fail(fmt.Errorf("explaining: %w", msg.err))
	default:
		m.detail.explainedCheck, m.detail.explanation, m.detail.stale = msg.check, msg.lines, true
	}
}
