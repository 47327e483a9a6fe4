// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"encoding/json"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// pressProblem handles the keys while the problems are shown.
func (m *Model) pressProblem(msg tea.KeyPressMsg) tea.Cmd {
	k, p := &m.keys, &m.problems
	is := func(b key.Binding) bool { return key.Matches(msg, b) }
	switch {
	case is(k.matrix):
		p.open = false
	case is(k.back), is(k.left):
		m.leaveProblem(is(k.back))
	case is(k.open), is(k.right):
		return m.openProblem(is(k.open))
	case is(k.nextFailure):
		m.moveProblem(1)
	case is(k.prevFailure):
		m.moveProblem(-1)
	case is(k.fix):
		m.showPatch()
	case is(k.messages):
		p.show(viewMessages)
	case is(k.filter):
		return m.startFilter()
	case is(k.show):
		m.cycleShow()
	case is(k.again):
		return m.askProblem()
	case is(k.copyCommand):
		return m.copyProblem()
	case is(k.copyJSON):
		return m.copyProblemJSON()
	case is(k.export), is(k.againAll), is(k.watch), is(k.profile):
		return m.pressAction(msg)
	default:
		m.scrollProblem(is)
	}
	return nil
}

// scrollProblem moves in what is shown: in the list, among the checks of a problem, or in a text.
func (m *Model) scrollProblem(is func(key.Binding) bool) {
	k, page, far := &m.keys, max(1, m.problemHeight()), len(m.problems.all)+len(m.problems.lines)
	for _, step := range [...]struct {
		key key.Binding
		n   int
	}{{k.up, -1}, {k.down, 1}, {k.pageUp, -page}, {k.pageDown, page}, {k.top, -far}, {k.bottom, far}} {
		switch {
		case !is(step.key):
		case m.problems.view == viewSummary:
			m.moveProblem(step.n)
		case m.problems.view == viewEvidence && (step.n == 1 || step.n == -1):
			m.moveCheck(step.n)
		default:
			m.problems.top += step.n // within the text when it is drawn
		}
	}
}

// moveProblem selects another problem, and says so where there is no further one.
func (m *Model) moveProblem(n int) {
	p := &m.problems
	to := max(0, min(p.at+n, len(p.shown)-1))
	switch {
	case len(p.shown) == 0:
		m.setStatus("there is no problem to go to")
	case to == p.at && n > 0:
		m.setStatus("this is the last problem")
	case to == p.at && n < 0:
		m.setStatus("this is the first problem")
	default:
		p.selected().new = false
		p.at, p.top, p.check, p.stale = to, 0, 0, true
	}
}

// show shows another part of what is known of the selected problem.
func (p *problems) show(view problemView) { p.view, p.top, p.check, p.stale = view, 0, 0, true }

// leaveProblem goes back to the list, then clears the filter, then leaves the view.
func (m *Model) leaveProblem(leave bool) {
	p := &m.problems
	switch {
	case p.view != viewSummary:
		p.show(viewSummary)
	case leave && m.filter.active():
		m.filter = filter{}
		m.refilter()
	case leave:
		p.open = false
	}
}

// openProblem shows the evidence of the selected problem, and from there its selected check in the matrix.
func (m *Model) openProblem(check bool) tea.Cmd {
	p, x := &m.problems, m.problems.selected()
	if p.stale {
		m.refreshProblem()
	}
	switch {
	case x == nil:
	case p.view != viewEvidence:
		p.show(viewEvidence)
		return m.explainProblem()
	case check && p.check < len(m.listedChecks()):
		m.goToCheck(p.checks[p.check])
	}
	return nil
}

// explainProblem looks up who grants the access of the first check of the selected problem.
func (m *Model) explainProblem() tea.Cmd {
	for _, i := range m.problemChecks() {
		if m.results.findings[i].Access != nil {
			return m.explainCheck(i)
		}
	}
	return nil
}

// problemChecks are the places of the checks of the selected problem, as far as they are still known.
func (m *Model) problemChecks() []int {
	x := m.problems.selected()
	if x == nil || m.problems.results != m.results {
		return nil
	}
	var places []int
	for _, i := range x.Checks {
		if i >= 0 && i < len(m.results.findings) && m.results.accounts[i] != nil {
			places = append(places, i)
		}
	}
	return places
}

// goToCheck puts the cursor of the matrix on a check. A filter that hides it is cleared.
func (m *Model) goToCheck(check int) {
	if m.problems.results != m.results || check < 0 || check >= len(m.results.accounts) || m.results.accounts[check] == nil {
		m.setStatus("the cluster is being read again")
		return
	}
	if !m.results.match[check] {
		m.filter = filter{}
		m.refilter()
	}
	a := m.results.accounts[check]
	g := a.gridOf(m.results)
	g.filter(m.results.match)
	for row, r := range g.visible {
		for column := range len(g.verbs) + 1 {
			if g.checkAt(r, column) == check {
				m.problems.open = false
				m.goTo(a, row, column)
				return
			}
		}
	}
}

// showPatch shows the change that solves the selected problem, or goes back.
func (m *Model) showPatch() {
	p := &m.problems
	switch {
	case p.view == viewPatch:
		p.show(viewSummary)
	case p.selected() != nil:
		p.show(viewPatch)
		m.setStatus("y copies the patch; x or esc closes it")
	}
}

// askProblem asks the checks of the selected problem again.
func (m *Model) askProblem() tea.Cmd {
	if m.session.Probe == nil {
		m.setStatus("a saved report has no cluster to ask")
		return nil
	}
	return m.ask(m.problemChecks(), true, true)
}

// copyProblem copies the patch when it is shown, else the commands of the fix.
func (m *Model) copyProblem() tea.Cmd {
	x := m.problems.selected()
	if x == nil {
		m.setStatus("nothing to copy here")
		return nil
	}
	text, what := strings.Join(x.Fix.Commands, "\n"), "the commands"
	// The objects of manifests may be in no cluster.
	if m.problems.view == viewPatch || text == "" || m.header.Source != "" && x.Fix.Patch != "" {
		text, what = safetext.Block(x.Fix.Patch), "the patch"
	}
	if text == "" {
		m.setStatus("this problem has no command and no patch")
		return nil
	}
	return m.copy(what, text)
}

// copyProblemJSON copies the selected problem as a report has it.
func (m *Model) copyProblemJSON() tea.Cmd {
	x := m.problems.selected()
	if x == nil {
		m.setStatus("nothing to copy here")
		return nil
	}
	text, err := json.MarshalIndent(x.Problem, "", "  ")
	if err != nil {
		m.setError(err)
		return nil
	}
	return m.copy("the problem", string(text))
}
