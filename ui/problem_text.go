// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

const (
	problemIndent = 10 // of the parts of a problem, behind their labels
	problemEnd    = 6  // lines of a terminal below a problem: a blank one, what was not asked, the summary, the prompt
)

// problem prints a problem. Its title, cause and fix are always whole; the rest as far as a terminal has room for all
// of it on one screen.
func (p textPrinter) problem(b *bufio.Writer, r *probe.Report, x probe.Problem, place string, all bool) {
	head := p.glyph(ProblemMark(x, r.Findings)) + " " + place + " "
	if x.Severity != matrix.Error {
		head += p.paint(string(x.Severity), yellow) + ": "
	}
	title := strings.Split(p.wrap(head+p.paint(x.Title, bold), 2), "\n")
	cause, fix := p.part("cause", causeText(x.Cause)), p.fix(r, x, all)
	room := 1 << 30
	if p.height > 0 && p.width > 0 && !all {
		room = max(0, p.height-problemEnd-p.rows(title)-p.rows(cause)-p.rows(fix))
	}
	keep := func(lines []string) []string {
		if p.rows(lines) > room {
			return nil
		}
		room -= p.rows(lines)
		return lines
	}
	proof, leads, owner := keep(p.part("proof", proofText(x))), keep(p.part("leads", LeadsTo(nearestGoal(r.Findings, x)))), keep(p.part("owner", ownerText(x.Owner)))
	var known, id []string
	if x.Accepted > 0 {
		known = p.part("known", acceptedText(x))
	}
	if all {
		id = p.part("id", x.ID)
	}
	for _, lines := range [...][]string{title, p.effects(x, room, all), leads, cause, fix, owner, proof, known, id} {
		for _, line := range lines {
			b.WriteString(line + "\n")
		}
	}
}

// part is a part of a problem and its label, in lines; none for an empty text.
func (p textPrinter) part(label, text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(p.wrap("  "+p.label(label, problemIndent-2)+text, problemIndent), "\n")
}

// rows is how many lines of the terminal some lines take: a command is in one piece, to be copied.
func (p textPrinter) rows(lines []string) int {
	n := len(lines)
	for _, line := range lines {
		if p.width > 0 {
			n += max(0, ansi.StringWidth(line)-1) / p.width
		}
	}
	return n
}

// effects are the effects of a problem, as many as room has lines; the short table shows a few.
func (p textPrinter) effects(x probe.Problem, room int, all bool) []string {
	var lines []string
	label := "effect"
	for i, effect := range x.Effect {
		next, left := p.part(label, effect), len(x.Effect)-i
		crowded := p.rows(lines)+p.rows(next)+min(1, left-1) > room
		if !all && (crowded || i == mostShown && left > 1) {
			if more := p.part(label, p.ellipsis()+" "+count(left)+" more (-o wide)"); p.rows(lines)+1 <= room {
				lines = append(lines, more...)
			}
			return lines
		}
		lines, label = append(lines, next...), ""
	}
	return lines
}

// fix is the fix of a problem with its commands, or where nothing is sent to a cluster its patch.
func (p textPrinter) fix(r *probe.Report, x probe.Problem, all bool) []string {
	lines := p.part("fix", x.Fix.Summary)
	if r.Source == "" {
		for i, command := range x.Fix.Commands {
			if i == mostShown && !all {
				lines = append(lines, p.part("", p.ellipsis()+" -o wide shows all commands")...)
				break
			}
			lines = append(lines, "  "+p.label("", problemIndent-2)+p.paint(command, cyan))
		}
	}
	if all || r.Source != "" {
		for _, text := range patchLines(x.Fix.Patch, all) {
			lines = append(lines, "  "+p.label("", problemIndent-2)+p.patchLine(text))
		}
	}
	return lines
}

// mostChanged is how many changed lines of a patch the short table shows; a longer patch is in wide.
const mostChanged = 6

// patchLines are the lines of a patch, or without all the changed ones if they are few.
func patchLines(patch string, all bool) []string {
	var lines []string
	for text := range strings.Lines(patch) {
		if text = safetext.Block(strings.TrimSuffix(text, "\n")); all || changes(text) {
			lines = append(lines, text)
		}
	}
	if len(lines) > mostChanged && !all {
		return nil
	}
	return lines
}

// changes reports whether a line of a patch is one that changes something.
func changes(line string) bool {
	return (strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+")) && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "+++")
}

func (p textPrinter) patchLine(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return p.paint(line, green)
	case strings.HasPrefix(line, "-"):
		return p.paint(line, failing)
	default:
		return line
	}
}

// label is a word and the space up to the text after it.
func (p textPrinter) label(word string, width int) string {
	if word != "" {
		word += ":"
	}
	return word + strings.Repeat(" ", max(1, width-ansi.StringWidth(word)))
}
