// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// DiffKind is the kind of the document that WriteDiff prints as json; its apiVersion is that of the
// report.
const DiffKind = "Diff"

var diffFormats = registry[*probe.Difference]{
	{"table", writeDiffTable},
	{"json", writeDiffJSON},
	{"markdown", writeDiffMarkdown},
}

// DiffFormats returns the names of the formats that WriteDiff knows, the default first.
func DiffFormats() []string { return diffFormats.names() }

// WriteDiff prints on w how two reports differ. Its errors are those of Write.
func WriteDiff(w io.Writer, name string, d *probe.Difference, o Options) error {
	return diffFormats.write(w, name, d, o)
}

// diffDocument is a diff as json prints it. Its fields are only ever added.
type diffDocument struct {
	APIVersion string                `json:"apiVersion"`
	Kind       string                `json:"kind"`
	Old        probe.Side            `json:"old"`
	New        probe.Side            `json:"new"`
	Summary    map[string]int        `json:"summary"` // changes by kind
	Problems   []probe.ProblemChange `json:"problems"`
	Changes    []probe.Change        `json:"changes"`
}

var changeKinds = []probe.ChangeKind{probe.Changed, probe.Granted, probe.Appeared, probe.Disappeared}

func writeDiffJSON(b *bufio.Writer, difference *probe.Difference, _ Options) error {
	d := diffDocument{
		APIVersion: probe.APIVersion, Kind: DiffKind, Old: difference.Old, New: difference.New, Summary: map[string]int{},
		Problems: difference.Problems, Changes: []probe.Change{},
	}
	for _, kind := range changeKinds {
		d.Summary[string(kind)] = 0
	}
	for _, c := range difference.Changes {
		d.Summary[string(c.Kind)]++
	}
	return encodeList(b, d, slices.Values(difference.Changes))
}

// writeDiffTable prints the two sides, the problems that differ, and a line for each other change; under it the two
// grants of a right that is held by another one.
func writeDiffTable(b *bufio.Writer, d *probe.Difference, o Options) error {
	p := newTextPrinter(o)
	if d.Same() {
		fmt.Fprintln(b, differences(d))
		return nil
	}
	fmt.Fprintln(b, p.wrap("before: "+sideText(d.Old), 8))
	fmt.Fprintln(b, p.wrap("now:    "+sideText(d.New), 8))
	for _, c := range d.Problems {
		b.WriteByte('\n')
		p.problemChange(b, d, c)
	}
	other := otherChanges(d)
	if len(other) > 0 {
		b.WriteByte('\n')
	}
	for c := range byKind(other) {
		f := latest(c)
		fmt.Fprintln(b, p.wrap(fmt.Sprintf("%s %-11s  %s: %s", p.mark(&f), c.Kind, describe(f).name, verdicts(c)), 2))
		if c.Kind == probe.Granted {
			fmt.Fprintln(b, p.wrap("    was: "+grant(*c.Old), 6))
			fmt.Fprintln(b, p.wrap("    now: "+grant(*c.New), 6))
		}
	}
	b.WriteByte('\n')
	fmt.Fprintln(b, p.wrap(differences(d), 0))
	return nil
}

// writeDiffMarkdown prints lists that fit a pull request comment. What does not fit is counted.
func writeDiffMarkdown(b *bufio.Writer, d *probe.Difference, _ Options) error {
	m := &markdown{room: markdownLimit - markdownClosing}
	m.line("**" + differences(d) + "**")
	if !d.Same() {
		m.line("")
		m.line("before: " + markdownCell(sideText(d.Old)) + "<br>")
		m.line("now: " + markdownCell(sideText(d.New)))
		m.line("")
	}
	for _, c := range d.Problems {
		if !m.line("- " + strings.Join(problemChangeMarkdown(d, c), "<br>\n  ")) {
			break
		}
	}
	other := otherChanges(d)
	if len(other) > 0 {
		m.line("")
		m.line("| change | check | what |")
		m.line("|---|---|---|")
	}
	fit := 0
	for c := range byKind(other) {
		text := verdicts(c)
		if c.Kind == probe.Granted {
			text = grant(*c.Old) + " → " + grant(*c.New)
		}
		if !m.line(fmt.Sprintf("| %s | %s | %s |", c.Kind, markdownCell(describe(latest(c)).name), markdownCell(text))) {
			break
		}
		fit++
	}
	m.room += markdownClosing
	if left := len(other) - fit; left > 0 {
		m.line("")
		m.line(count(left) + " more of " + count(len(other)) + " do not fit here; `-o json` holds all.")
	}
	_, err := b.WriteString(m.text.String())
	return err
}

// byKind yields changes in the order of their kinds.
func byKind(changes []probe.Change) iter.Seq[probe.Change] {
	return func(yield func(probe.Change) bool) {
		for _, kind := range changeKinds {
			for _, c := range changes {
				if c.Kind == kind && !yield(c) {
					return
				}
			}
		}
	}
}

// markdownCell is text that no reader of Markdown takes for anything else.
func markdownCell(s string) string {
	if utf8.RuneCountInString(s) > markdownText {
		s = string([]rune(s)[:markdownText]) + "…"
	}
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&@:", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func latest(c probe.Change) probe.Finding {
	if c.New != nil {
		return *c.New
	}
	return *c.Old
}

// verdicts are those of the check before and now.
func verdicts(c probe.Change) string {
	switch {
	case c.Old == nil:
		return weighed(*c.New)
	case c.New == nil:
		return "was " + weighed(*c.Old)
	case c.Kind == probe.Granted:
		return weighed(*c.New) + ", by another grant"
	}
	return weighed(*c.Old) + ", now " + weighed(*c.New)
}

func weighed(f probe.Finding) string {
	if f.Severity != matrix.Error && f.Failed() {
		return string(f.Verdict) + " (" + string(f.Severity) + ")"
	}
	return string(f.Verdict)
}

func grant(f probe.Finding) string {
	text := orNone(safetext.Printable(f.Reason))
	if f.Via != "" {
		text += " by " + safetext.Printable(f.Via)
	}
	return text
}

// differences counts the problems and the changes.
func differences(d *probe.Difference) string {
	if d.Same() {
		return "no differences"
	}
	var parts []string
	for _, kind := range probe.ProblemChangeKinds() {
		n := 0
		for _, c := range d.Problems {
			if c.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, problemChangeCount(n, kind))
		}
	}
	for _, kind := range changeKinds {
		n := 0
		for _, c := range d.Changes {
			if c.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, counted(n, "check")+" "+string(kind))
		}
	}
	return strings.Join(parts, ", ")
}
