// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/ui"
)

const (
	problemWord = 7 // width of the words before the parts of a problem
	mostLines   = 6 // of a fix: commands, or changed lines of a patch, that the summary shows
	mostReasons = 3 // why checks of a problem are there, and what was answered
)

// refreshProblem makes the text about the selected problem, in lines of exactly the view's width.
func (m *Model) refreshProblem() {
	p := &m.problems
	p.stale, p.lines, p.essential, p.checks = false, p.lines[:0], 0, nil
	if p.view == viewMessages {
		m.problemMessages()
		return
	}
	x := p.selected()
	if x == nil {
		return
	}
	m.problemPart("problem", x.Title)
	if p.view == viewPatch {
		m.patchLines(x)
		return
	}
	m.problemPart("cause", ui.CauseText(x.Cause))
	m.fixLines(x)
	p.essential = len(p.lines)
	if p.view == viewEvidence {
		m.reasonLines()
	}
	for _, part := range ui.ProblemParts(x.Problem, m.results.findings) {
		m.problemPart(part.Word, part.Text)
	}
	if p.view == viewEvidence {
		for i, step := range ui.ProblemSteps(x.Problem, m.results.findings) {
			m.problemPart("", numberedLine(i, step))
		}
		p.checks = m.problemChecks()
		slices.SortStableFunc(p.checks, func(i, k int) int {
			return cmp.Compare(markOf(&m.results.findings[k]), markOf(&m.results.findings[i]))
		})
		m.problemPart("checks", numbered(len(p.checks), "check")+"; enter shows the selected one in the matrix")
	}
}

// problemPart adds a part and the word before it, wrapped.
func (m *Model) problemPart(word, text string) {
	w := m.layout.width - 2
	if text == "" {
		return
	}
	for _, line := range wrap(plain(safetext.Printable(text)), w-problemWord-3) {
		m.problems.lines = append(m.problems.lines, " "+m.styles.faint.text(fit(word, problemWord))+" "+fit(line, w-problemWord-2))
		word = ""
	}
}

// fixLines are the fix, and its commands, or where nothing can be asked or sent the changed lines of its patch.
func (m *Model) fixLines(x *listedProblem) {
	m.problemPart("fix", x.Fix.Summary)
	if m.header.Source != "" || len(x.Fix.Commands) == 0 {
		if changed := ui.Changed(x.Fix.Patch); len(changed) <= mostLines {
			for _, line := range changed {
				m.problems.lines = append(m.problems.lines, blank(problemWord+1)+m.patchLine(plain(line), m.layout.width-2-problemWord-1))
			}
		}
		return
	}
	for i, command := range x.Fix.Commands {
		if i == mostLines && m.problems.view == viewSummary {
			m.problemPart("", numbered(len(x.Fix.Commands)-i, "more command")+"; y copies all")
			return
		}
		m.problemPart("", command)
	}
}

// reasonLines are why the checks of the problem are there, what was answered or read, and what RBAC says.
func (m *Model) reasonLines() {
	var because, answers []string
	explained := false
	add := func(list []string, text string) []string {
		if text == "" || len(list) > mostReasons || slices.Contains(list, text) {
			return list
		}
		return append(list, text)
	}
	for _, i := range m.problemChecks() {
		f := &m.results.findings[i]
		because, answers = add(because, f.Because), add(answers, ui.ReasonOf(f.Reason))
		answers = add(answers, f.Observed)
		explained = explained || m.detail.explainedCheck == i
	}
	for _, part := range [...]struct {
		word  string
		texts []string
	}{{"why", because}, {"answer", answers}} {
		for i, text := range part.texts[:min(len(part.texts), mostReasons)] {
			m.problemPart(map[bool]string{true: part.word}[i == 0], text)
		}
		if len(part.texts) > mostReasons {
			m.problemPart("", "and more, in the details of the checks")
		}
	}
	if explained {
		for i, line := range m.detail.explanation {
			m.problemPart(map[bool]string{true: "rbac"}[i == 0], line)
		}
	}
}

// patchLines are the fix and its patch.
func (m *Model) patchLines(x *listedProblem) {
	m.problemPart("fix", x.Fix.Summary)
	for line := range strings.Lines(safetext.Block(x.Fix.Patch)) {
		m.problems.lines = append(m.problems.lines, m.patchLine(plain(strings.TrimSuffix(line, "\n")), m.layout.width-2))
	}
	if x.Fix.Patch == "" {
		m.problemPart("patch", "not known: the fix is not a change of roles or bindings")
	}
}

// patchLine is a line of a patch in the colour of what it does.
func (m *Model) patchLine(line string, w int) string {
	text := " " + fit(line, w-1)
	switch {
	case strings.HasPrefix(line, "+"):
		return m.styles.note.text(text)
	case strings.HasPrefix(line, "-"):
		return m.styles.bad.text(text)
	default:
		return text
	}
}

// problemMessages are the last messages, the newest first.
func (m *Model) problemMessages() {
	if len(m.messages) == 0 {
		m.problemPart("", "there are no messages")
	}
	for _, message := range slices.Backward(m.messages) {
		m.problemPart("", message)
	}
}
