// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// savedMsg is the result of writing the report.
type savedMsg struct {
	path string
	err  error
}

// explainedMsg is what grants an access, and what would grant it with one change.
type explainedMsg struct {
	results *results
	check   int
	lines   []string
	err     error
}

// copyCommand copies the text that is shown in place of the detail, else the kubectl command of the selected
// check.
func (m *Model) copyCommand() tea.Cmd {
	if n := m.detail.note; n != nil {
		return m.copy(n.title, n.text)
	}
	i := m.selected()
	if i == none {
		m.setStatus("nothing to copy here")
		return nil
	}
	review, ok := reviewOf(&m.results.findings[i])
	if !ok {
		m.setStatus("this check is not an access review: there is no command to copy")
		return nil
	}
	return m.copy("the command", probe.CanI(review))
}

// copyJSON copies the finding as a report has it.
func (m *Model) copyJSON() tea.Cmd {
	i := m.selected()
	if i == none || m.results.findings[i].Verdict == "" {
		m.setStatus("no finding to copy here")
		return nil
	}
	text, err := json.MarshalIndent(m.results.findings[i], "", "  ")
	if err != nil {
		m.setError(err)
		return nil
	}
	return m.copy("the finding", string(text))
}

// fixMsg is the YAML that fixes a finding.
type fixMsg struct {
	text string
	err  error
}

// showFix shows what fixes the selected check; y copies it from there. That is the fix of its whole problem where that
// is known: roles for single checks would overwrite each other.
func (m *Model) showFix() tea.Cmd {
	i := m.selected()
	if i != none {
		if x := m.problemOf(i); x != nil {
			m.fixed(fixMsg{text: m.problemFix(&x.Problem)})
			return nil
		}
	}
	switch {
	case m.session.Fix == nil:
		m.setStatus("a saved report does not hold the RBAC that a fix is made from")
		return nil
	case i == none || !m.results.findings[i].Failed():
		m.setStatus("nothing to fix here")
		return nil
	}
	ctx, fix, finding := m.ctx, m.session.Fix, m.results.findings[i]
	return func() tea.Msg {
		text, err := fix(ctx, finding)
		return fixMsg{text, err}
	}
}

// problemFix is the fix of a problem as a comment, a patch, and commands where a cluster was asked.
func (m *Model) problemFix(x *probe.Problem) string {
	text := "# " + safetext.Printable(x.Fix.Summary) + "\n" + safetext.Block(x.Fix.Patch)
	if commands := strings.Join(x.Fix.Commands, "\n"); commands != "" && (m.header.Source == "" || x.Fix.Patch == "") {
		text = strings.TrimRight(text, "\n") + "\n\n" + commands + "\n"
	}
	return text
}

func (m *Model) fixed(msg fixMsg) {
	if msg.err != nil {
		m.setError(fmt.Errorf("making the fix: %w", msg.err))
		return
	}
	m.showNote(&note{title: "the fix", text: msg.text})
	m.setStatus("y copies the fix; esc closes it")
}

// save writes the report; the file is written outside Update.
func (m *Model) save() tea.Cmd {
	if m.session.Save == nil {
		m.setStatus("this report is already a file")
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
		m.setError(fmt.Errorf("writing the report: %w", msg.err))
		return
	}
	m.setStatus("wrote the report to " + msg.path)
}

// explain looks up who grants the selected access.
func (m *Model) explain() tea.Cmd { return m.explainCheck(m.selected()) }

// explainCheck looks up who grants the access of check i.
func (m *Model) explainCheck(i int) tea.Cmd {
	if i == none || m.session.Explain == nil || m.detail.explainedCheck == i || m.results.findings[i].Verdict == "" {
		return nil
	}
	if m.results.findings[i].Access == nil {
		return nil
	}
	ctx, session, results, finding := m.ctx, m.session, m.results, m.results.findings[i]
	return func() tea.Msg {
		lines, err := session.Explain(ctx, finding)
		return explainedMsg{results, i, lines, err}
	}
}

func (m *Model) explained(msg explainedMsg) {
	switch {
	case msg.results != m.results:
	case msg.err != nil:
		m.setError(fmt.Errorf("explaining: %w", msg.err))
	default:
		m.detail.explainedCheck, m.detail.explanation, m.detail.stale = msg.check, msg.lines, true
		m.problems.stale = true
	}
}
