// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/ui"
)

// problemWord is the width of the words before the parts of a problem.
const problemWord = 7

// problemLines describe the selected problem, or its patch, in lines of exactly w cells.
func (m *Model) problemLines(w int) []string {
	p := &m.problems
	if p.at >= len(p.list) {
		return nil
	}
	x := p.list[p.at]
	var lines []string
	part := func(word, text string) {
		for _, line := range wrap(plain(safetext.Printable(text)), w-problemWord-3) {
			lines = append(lines, " "+m.styles.faint.text(fit(word, problemWord))+" "+fit(line, w-problemWord-2))
			word = ""
		}
	}
	part("problem", x.Title)
	if p.patch {
		part("fix", x.Fix.Summary)
		for line := range strings.Lines(safetext.Block(x.Fix.Patch)) {
			lines = append(lines, m.patchLine(plain(strings.TrimSuffix(line, "\n")), w))
		}
		if x.Fix.Patch == "" {
			part("patch", "not known: the fix is not a change of roles or bindings")
		}
		return lines
	}
	for _, text := range ui.ProblemParts(x) {
		part(text.Word, text.Text)
	}
	if m.header.Source == "" {
		word := "y"
		for _, command := range x.Fix.Commands {
			part(word, command)
			word = ""
		}
	}
	return append(lines, blank(w), m.styles.faint.text(fit(" x shows the patch, y copies, enter shows the checks, 2 the matrix", w)))
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
