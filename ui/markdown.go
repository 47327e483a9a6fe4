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
	m.causes("", causes(r.Findings, failsRun))
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
		m.causes(counted(n, part.title), found)
	}
	m.gaps(r.NotAsked)
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

// causes lists what failed, and folds it under a title if there is one.
func (m *markdown) causes(title string, list []*paragraph) {
	if len(list) == 0 {
		return
	}
	m.line("")
	if title != "" {
		m.line("<details><summary>" + title + "</summary>")
		m.line("")
	}
	left := 0
	for i, q := range list {
		if !m.cause(q) {
			left = len(list) - i
			break
		}
	}
	m.room += 256 // what must be said, though the comment is full
	if left > 0 {
		m.line("")
		m.line(count(left) + " more of " + count(len(list)) + " do not fit here; `-o html` and `-o json` hold all.")
	}
	if title != "" {
		m.line("")
		m.line("</details>")
	}
	m.room -= 256
}

// cause adds one cause as an item of a list, whole or not at all.
func (m *markdown) cause(q *paragraph) bool {
	f := q.same
	lines := []string{"- " + Mark(f.Verdict, false) + " [" + plainWord(f.Code) + "](" + anchor(f.Code) + ") " + code(q.claim())}
	for i, row := range q.rows[min(1, len(q.rows)):] {
		if left := len(q.rows) - 1 - i; i == markdownRows && left > 1 {
			lines = append(lines, "also "+count(left)+" more accesses")
			break
		}
		lines = append(lines, "also "+code(sentence(row, q.verbs[row])))
	}
	for _, part := range [][2]string{{"", because(f)}, {"server: ", f.Reason}, {"read: ", f.Observed}, {"next: ", q.hint}} {
		if text := probe.Printable(part[1]); text != "" && !(part[0] == "read: " && !q.access) {
			lines = append(lines, part[0]+code(text))
		}
	}
	return m.line(strings.Join(lines, "<br>\n  "))
}

func (m *markdown) gaps(gaps []matrix.Gap) {
	if len(gaps) == 0 || m.room < 512 {
		return
	}
	m.line("")
	m.line("<details><summary>" + count(len(gaps)) + " not asked</summary>")
	m.line("")
	m.room -= 256
	for i, g := range gaps {
		if !m.line("- " + code(strings.Join(filled(g.Section, g.What, g.Why), ": "))) {
			m.room += 128
			m.line("- " + count(len(gaps)-i) + " more")
			break
		}
	}
	m.room += 128
	m.line("")
	m.line("</details>")
}

// code is a text as a code span: the one form in which Markdown and GitHub read nothing, neither
// markup nor HTML, links, mentions nor references.
func code(s string) string {
	s = probe.Printable(s)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > markdownText {
		s = string([]rune(s)[:markdownText]) + "…"
	}
	fence, run := 1, 0
	for i := range len(s) {
		if s[i] == '`' {
			run++
			fence = max(fence, run+1)
		} else {
			run = 0
		}
	}
	ticks := strings.Repeat("`", fence)
	if fence > 1 {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// cellOf is a text in a cell of a table, where a bar ends the cell even within a code span.
func cellOf(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
