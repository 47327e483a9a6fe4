// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// markdownLimit is how many characters GitHub takes as a comment; room is kept for what closes it.
const markdownLimit = 65_536 - 512

// markdownText and markdownRows limit one text and the accesses of one group, so that no single one
// fills the comment.
const (
	markdownText = 500
	markdownRows = 12
)

// writeMarkdown prints a comment for a pull request: the summary, the sections, what failed, and the
// rest folded. What does not fit into a comment is counted instead.
func writeMarkdown(b *bufio.Writer, r *probe.Report, o Options) error {
	m := &markdown{room: markdownLimit, options: o, answerer: answerer(r.Source)}
	p := newTextPrinter(Options{Saved: true})
	m.line("## " + overall(r.Summary).Glyph(false) + " flux-probe: " + p.summary(r))
	m.line("")
	header, worth, _ := strings.Cut(p.header(r), "\n")
	m.line(code(header))
	if worth != "" {
		m.line("")
		m.line(worth)
	}
	for _, line := range remarks(r) {
		if strings.EqualFold(line, worth) {
			continue
		}
		m.line("")
		m.line("**" + line + "**")
	}
	m.turned(r)
	m.sections(r.Findings)
	m.problems(r)
	failed := groupAlike(r.Findings, r.Fails)
	title := ""
	if len(r.Problems) > 0 {
		title = counted(len(failed), "group") + " of failed checks"
	}
	m.part(title, len(failed), func(i int) bool { return m.group(failed[i]) })
	for _, part := range []struct {
		title, after string
		keep         func(probe.Finding) bool
	}{
		{"warning", "", func(f probe.Finding) bool { return needsAttention(f) && !r.Fails(f) }},
		{"exception", "", func(f probe.Finding) bool { return f.Verdict == matrix.Exception }},
		{"waived check", "", func(f probe.Finding) bool { return f.Verdict == matrix.Waived }},
		{"check", " in the baseline", func(f probe.Finding) bool { return f.Verdict == matrix.InBaseline }},
		{"check for information", "", func(f probe.Finding) bool { return f.Failed() && f.Severity == matrix.Info }},
	} {
		n := 0
		found := groupAlike(r.Findings, func(f probe.Finding) bool {
			kept := part.keep(f)
			if kept {
				n++
			}
			return kept
		})
		m.part(counted(n, part.title)+part.after, len(found), func(i int) bool { return m.group(found[i]) })
	}
	m.part(count(len(r.NotAsked))+" not asked", len(r.NotAsked), func(i int) bool {
		g := r.NotAsked[i]
		return m.line("- " + code(strings.Join(filled(g.Section, g.What, g.Why), ": ")+standing(g)))
	})
	_, err := b.WriteString(m.text.String())
	return err
}

// markdown is a text that stays within a number of characters.
type markdown struct {
	text     strings.Builder
	room     int
	options  Options
	answerer string // who answered
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
	order := countSections(findings)
	if len(order) == 0 {
		return
	}
	m.line("")
	m.line("| | Section | As expected | Missing | Excess | Undetermined | Warnings | Other |")
	m.line("|---|---|--:|--:|--:|--:|--:|--:|")
	for _, s := range order {
		c, n := s.counts, numbersOf(s.counts)
		m.line(fmt.Sprintf("| %s | %s | %s of %s | %s | %s | %s | %s | %s |", s.worst.Glyph(false), cellOf(code(s.name)),
			count(c.Pass), count(c.Checks), count(n.missing), count(n.excess), count(n.undetermined), count(n.warnings), count(c.Checks-c.Pass-n.failed-n.warnings)))
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

// group adds one group as an item of a list, whole or not at all.
func (m *markdown) group(g *group) bool {
	f := g.same
	glyph := MarkOf(&f).Glyph(false)
	lines := []string{"- " + glyph + " [" + plainWord(f.Code) + "](" + anchor(f.Code) + ") " + code(g.claim())}
	for i, row := range g.rows[min(1, len(g.rows)):] {
		if left := len(g.rows) - 1 - i; i == markdownRows && left > 1 {
			lines = append(lines, "also "+count(left)+" more accesses")
			break
		}
		lines = append(lines, "also "+code(sentence(row, g.verbs[row])))
	}
	for i, r := range g.reasons {
		if left := len(g.reasons) - i; i == maxReasons-1 && left > 1 {
			lines = append(lines, count(left)+" more reasons")
			break
		}
		lines = append(lines, code(g.because(r)))
	}
	for _, leads := range g.leads {
		lines = append(lines, code(leads))
	}
	next, hint := g.next(m.options)
	for _, part := range [][2]string{{acceptance(f.Verdict) + ": ", accepted(f)}, {m.answerer + ": ", ReasonOf(f.Reason)}, {"read: ", f.Observed}, {"next: ", next}, {"hint: ", hint}} {
		if text := safetext.Printable(part[1]); text != "" && (g.access || part[0] != "read: ") {
			lines = append(lines, part[0]+code(text))
		}
	}
	return m.line(strings.Join(lines, "<br>\n  "))
}
