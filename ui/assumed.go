// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/page"
)

// assumed says what a report takes for granted, so that nobody takes it for the live state; empty when it is that. Every
// format shows it.
func assumed(r *probe.Report) string { return assumption(r.Assumed) }

func assumption(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return safetext.Printable("what would be, not what is; assumed: " + strings.Join(texts, ", "))
}

// manner says how a run was none of everything as it is: what it assumed, and that it asked only a sample.
func manner(r *probe.Report) string { return strings.Join(filled(assumed(r), sampled(r)), "; ") }

// mostTurned is how many problems that turn up or go away the short table names.
const mostTurned = 8

// turned lists what an assumption changes, the problems that turn up first.
func (p textPrinter) turned(b *bufio.Writer, r *probe.Report, all bool) {
	if r.Turned == nil {
		return
	}
	b.WriteString(p.wrap(p.paint(turnedLine(r), bold), 2) + "\n")
	for _, part := range []struct {
		mark  Mark
		color style
		word  string
		of    []probe.Problem
	}{
		{MarkMissing, failing, "turns up: ", arisen(r)},
		{MarkPass, green, "goes away: ", r.Turned.Resolved},
	} {
		for i, x := range part.of {
			if left := len(part.of) - i; i == mostTurned && left > 1 && !all {
				b.WriteString("  " + part.word + counted(left, "more problem") + " (-o wide)\n")
				break
			}
			b.WriteString(p.wrap("  "+p.glyph(part.mark)+" "+p.paint(part.word, part.color)+safetext.Printable(x.Title), 4) + "\n")
		}
	}
	b.WriteByte('\n')
}

// turnedLine counts what an assumption changes.
func turnedLine(r *probe.Report) string {
	t := r.Turned
	if len(t.Red)+len(t.Green) == 0 {
		text := "compared with now, no check turns red and none turns green"
		if t.Result == probe.ResultUndetermined {
			text += ", as far as it can be known"
		}
		return text
	}
	text := "compared with now, " + counted(len(t.Red), "check") + " " + verb(len(t.Red), "turn") + " red"
	if n := unknown(r); n > 0 {
		text += " (" + count(n) + " of them undetermined)"
	}
	return text + " and " + count(len(t.Green)) + " " + verb(len(t.Green), "turn") + " green"
}

// verb is that of a sentence about n things.
func verb(n int, word string) string {
	if n == 1 {
		return word + "s"
	}
	return word
}

func unknown(r *probe.Report) int {
	n := 0
	for _, i := range r.Turned.Red {
		if i >= 0 && i < len(r.Findings) && r.Findings[i].Verdict == matrix.Undetermined {
			n++
		}
	}
	return n
}

// arisen are the problems that an assumption brings.
func arisen(r *probe.Report) []probe.Problem {
	id := make(map[string]bool, len(r.Turned.Arisen))
	for _, x := range r.Turned.Arisen {
		id[x] = true
	}
	var found []probe.Problem
	for _, x := range r.Problems {
		if id[x.ID] {
			found = append(found, x)
		}
	}
	return found
}

// turned lists what an assumption changes, as text of a comment.
func (m *markdown) turned(r *probe.Report) {
	if r.Turned == nil {
		return
	}
	m.line("")
	m.line("**" + turnedLine(r) + "**")
	if len(r.Turned.Arisen)+len(r.Turned.Resolved) > 0 {
		m.line("")
	}
	for _, x := range arisen(r) {
		m.line("- " + MarkMissing.Glyph(false) + " turns up: " + code(safetext.Printable(x.Title)))
	}
	for _, x := range r.Turned.Resolved {
		m.line("- " + MarkPass.Glyph(false) + " goes away: " + code(safetext.Printable(x.Title)))
	}
}

// pageTurned is what an assumption changes, in the page.
func pageTurned(r *probe.Report) *page.Turned {
	if r.Turned == nil {
		return nil
	}
	listed := func(problems []probe.Problem) (found []page.TurnedProblem) {
		for _, x := range problems {
			found = append(found, page.TurnedProblem{ID: plainWord(x.ID), Title: safetext.Printable(x.Title)})
		}
		return found
	}
	return &page.Turned{
		Line: turnedLine(r), Up: pageMark(MarkMissing), Away: pageMark(MarkPass), Arisen: listed(arisen(r)), Resolved: listed(r.Turned.Resolved),
	}
}
