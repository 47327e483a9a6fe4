// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// markdownLimit is how many characters GitHub takes as a comment; room is kept for what closes it.
const markdownLimit = 65_536 - 512

// markdownText and markdownRows bound one text and the accesses of one cause, so that no single one
// fills the comment.
const (
	markdownText = 500
	markdownRows = 12
)

// writeMarkdown prints a comment for a pull request: the summary, the sections, what failed, and the
// rest folded. What does not fit into a comment is counted instead.
func writeMarkdown(b *bufio.Writer, r *probe.Report, _ Options) error {
	m := &markdown{room: markdownLimit}
	p := newPen(Options{})
	m.line("## " + marks[rank(overall(r.Summary))].glyph + " flux-probe: " + p.summary(r.Summary))
	m.line("")
	header, worth, _ := strings.Cut(p.header(r), "\n")
	m.line(code(header))
	if worth != "" {
		m.line("")
		m.line(worth)
	}
	if r.Interrupted {
		m.line("")
		m.line("**Interrupted**: what was not answered by then is undetermined.")
	}
	m.sections(r.Findings)
	failed := causes(r.Findings, failsRun)
	m.part("", len(failed), func(i int) bool { return m.cause(failed[i]) })
	for _, part := range []struct {
		title string
		keep  func(probe.Finding) bool
	}{
		{"warning", warns},
		{"exception", func(f probe.Finding) bool { return f.Verdict == matrix.Exception }},
		{"waived check", func(f probe.Finding) bool { return f.Verdict == matrix.Waived }},
		{"check for information", func(f probe.Finding) bool { return f.Failed() && f.Severity == matrix.Info }},
	} {
		n := 0
		found := causes(r.Findings, func(f probe.Finding) bool {
			kept := part.keep(f)
			if kept {
				n++
			}
			return kept
		})
		m.part(counted(n, part.title), len(found), func(i int) bool { return m.cause(found[i]) })
	}
	m.part(count(len(r.NotAsked))+" not asked", len(r.NotAsked), func(i int) bool {
		g := r.NotAsked[i]
		return m.line("- " + code(strings.Join(filled(g.Section, g.What, g.Why), ": ")))
	})
	_, err := b.WriteString(m.text.String())
	return err
}

// overall is the verdict whose mark stands for a run.
func overall(s probe.Summary) matrix.Verdict {
	switch s.Result {
	case probe.ResultPass:
		return matrix.Pass
	case probe.ResultFail:
		return matrix.Missing
	default:
		return matrix.Undetermined
	}
}

// markdown is a text that stays within a number of characters.
type markdown struct {
	text strings.Builder
	room int
}

// line adds a line if it fits.
func (m *markdown) line(s string) bool {
	n := utf8.RuneCountInString(s) + 1
	if n > m.room {
		return false
	}
	m.room -= n
	m.text.WriteString(s + "\n")
	return true
}

func (m *markdown) sections(findings []probe.Finding) {
	order := tally(findings)
	if len(order) == 0 {
		return
	}
	m.line("")
	m.line("| | Section | As expected | Missing | Excess | Undetermined | Warnings | Other |")
	m.line("|---|---|--:|--:|--:|--:|--:|--:|")
	for _, s := range order {
		c := s.counts
		failed := c.Missing + c.Excess + c.Undetermined + c.Warnings
		m.line(fmt.Sprintf("| %s | %s | %s of %s | %s | %s | %s | %s | %s |", Mark(s.worst, false), cellOf(code(s.name)),
			count(c.Pass), count(c.Checks), count(c.Missing), count(c.Excess), count(c.Undetermined), count(c.Warnings), count(c.Checks-c.Pass-failed)))
	}
}

// markdownClosing is the room that is kept for what closes a part.
const markdownClosing = 256

// part adds items under a title, folded if there is one, as many as fit.
func (m *markdown) part(title string, n int, item func(int) bool) {
	if n == 0 {
		return
	}
	m.line("")
	if m.room < 2*markdownClosing {
		m.line(title + ": no room here")
		return
	}
	m.room -= markdownClosing
	if title != "" {
		m.line("<details><summary>" + title + "</summary>")
		m.line("")
	}
	fit := 0
	for fit < n && item(fit) {
		fit++
	}
	m.room += markdownClosing
	if fit < n {
		m.line("")
		m.line(count(n-fit) + " more of " + count(n) + " do not fit here; `-o html` and `-o json` hold all.")
	}
	if title != "" {
		m.line("")
		m.line("</details>")
	}
}

// cause adds one cause as an item of a list, whole or not at all.
func (m *markdown) cause(q *cause) bool {
	f := q.same
	lines := []string{"- " + Mark(f.Verdict, false) + " [" + plainWord(f.Code) + "](" + anchor(f.Code) + ") " + code(q.claim())}
	for i, row := range q.rows[min(1, len(q.rows)):] {
		if left := len(q.rows) - 1 - i; i == markdownRows && left > 1 {
			lines = append(lines, "also "+count(left)+" more accesses")
			break
		}
		lines = append(lines, "also "+code(sentence(row, q.verbs[row])))
	}
	for i, why := range q.whys {
		if left := len(q.whys) - i; i == maxWhys-1 && left > 1 {
			lines = append(lines, count(left)+" more reasons")
			break
		}
		lines = append(lines, code(q.because(why)))
	}
	for _, part := range [][2]string{{"waived: ", waived(f)}, {"server: ", f.Reason}, {"read: ", f.Observed}, {"next: ", q.hint()}} {
		if text := probe.Printable(part[1]); text != "" && (q.access || part[0] != "read: ") {
			lines = append(lines, part[0]+code(text))
		}
	}
	return m.line(strings.Join(lines, "<br>\n  "))
}
