// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// sideText says what one side of a diff is: a file or cluster, and what it was made of.
func sideText(s probe.Side) string {
	flux := make([]string, len(s.Flux))
	for i, f := range s.Flux {
		flux[i] = strings.TrimSpace("Flux "+f.Version) + " in " + f.Namespace
	}
	source := string(s.Source)
	if strings.HasPrefix(s.Cluster.Context, source) {
		source = "" // it is there already
	}
	parts := filled(s.Name, s.Cluster.Context, source, strings.Join(flux, ", "), s.At, counted(s.Summary.Checks, "check"))
	return safetext.Printable(strings.Join(parts, " · "))
}

// otherChanges are the changes that belong to no problem that differs.
func otherChanges(d *probe.Difference) []probe.Change {
	of := map[int]bool{}
	for _, c := range d.Problems {
		for _, i := range c.Changes {
			of[i] = true
		}
	}
	var other []probe.Change
	for i, c := range d.Changes {
		if !of[i] {
			other = append(other, c)
		}
	}
	return other
}

// problemChangeCount says to how many problems something happened: 2 new problems, 1 problem grew.
func problemChangeCount(n int, kind probe.ProblemChangeKind) string {
	switch kind {
	case probe.NewProblem, probe.FixedProblem:
		return count(n) + " " + string(kind) + " " + plural(n, "problem")
	case probe.ReplacedProblem:
		return counted(n, "problem") + " with another cause"
	case probe.NotCheckedProblem:
		return counted(n, "problem") + " not checked now"
	case probe.ReopenedProblem:
		return counted(n, "problem") + " no longer accepted"
	default:
		return counted(n, "problem") + " " + string(kind)
	}
}

// problemChangeHead says what happened to one problem.
func problemChangeHead(c probe.ProblemChange) string {
	name := "problem " + c.Problem.ID
	switch c.Kind {
	case probe.NewProblem:
		return "new " + name + " (" + counted(c.More, "check") + ")"
	case probe.FixedProblem:
		return "fixed " + name + " (" + counted(c.Fewer, "check") + ")"
	case probe.GrewProblem:
		text := name + " grew by " + counted(c.More, "check")
		if c.Fewer > 0 {
			text += ", and lost " + count(c.Fewer)
		}
		return text
	case probe.ShrankProblem:
		return name + " shrank by " + counted(c.Fewer, "check")
	case probe.ReplacedProblem:
		return name + " is gone, but checks of it fail for another cause"
	case probe.NotCheckedProblem:
		return name + " was not checked now"
	case probe.ReopenedProblem:
		return name + " is no longer waived or in the baseline"
	default:
		return name + " is waived or in the baseline now"
	}
}

// problemChangeMark is the mark of what happened.
func problemChangeMark(c probe.ProblemChange) Mark {
	switch c.Kind {
	case probe.FixedProblem:
		return MarkPass
	case probe.ShrankProblem, probe.AcceptedProblem:
		return MarkException
	case probe.NotCheckedProblem:
		return MarkUndetermined
	default:
		return markOf(matrix.Missing, c.Problem.Severity, matrix.Allow)
	}
}

// mostCells is how many lines of checks are shown of a problem.
const mostCells = 6

// problemChange prints a problem that differs: what happened, its title, its cause and fix, and what fails or no
// longer fails because of it.
func (p textPrinter) problemChange(b *bufio.Writer, d *probe.Difference, c probe.ProblemChange) {
	const indent = 10
	line := func(label, text string) {
		if text != "" {
			b.WriteString(p.wrap("  "+p.label(label, indent-2)+text, indent+2) + "\n")
		}
	}
	b.WriteString(p.wrap(p.glyph(problemChangeMark(c))+" "+problemChangeHead(c)+": "+p.paint(safetext.Printable(c.Problem.Title), bold), 2) + "\n")
	line("cause", safetext.Printable(causeText(c.Problem.Cause)))
	if c.Kind != probe.FixedProblem {
		line("fix", safetext.Printable(c.Problem.Fix.Summary))
	}
	lines := changedCells(d, c)
	for i, text := range lines {
		if left := len(lines) - i; i == mostCells-1 && left > 1 {
			line("", p.ellipsis()+" "+count(left)+" more (-o json)")
			break
		}
		line(first(i, "checks"), text)
	}
}

// changedCells describes the checks of a problem that changed: the verbs of each resource together.
func changedCells(d *probe.Difference, c probe.ProblemChange) []string {
	type group struct{ who, what string }
	var order []group
	cells := map[group]*accesses{}
	var lines []string
	for _, i := range c.Changes {
		change := d.Changes[i]
		f := latest(change)
		if f.Access == nil {
			lines = append(lines, describe(f).name+": "+verdicts(change))
			continue
		}
		g := group{subjectOf(f.Subject), verdicts(change)}
		if cells[g] == nil {
			cells[g] = &accesses{}
			order = append(order, g)
		}
		cells[g].add(*f.Access)
	}
	var grouped []string
	for _, g := range order {
		for _, sentence := range cells[g].sentences() {
			grouped = append(grouped, g.who+" "+sentence+": "+g.what)
		}
	}
	return slices.Concat(grouped, lines)
}

// problemChangeMarkdown is a problem that differs, as the lines of an item of a list.
func problemChangeMarkdown(d *probe.Difference, c probe.ProblemChange) []string {
	lines := []string{fmt.Sprintf("%s %s: **%s**", problemChangeMark(c).Glyph(false), markdownCell(problemChangeHead(c)), markdownCell(safetext.Printable(c.Problem.Title)))}
	lines = append(lines, "cause: "+markdownCell(safetext.Printable(causeText(c.Problem.Cause))))
	if c.Kind != probe.FixedProblem && c.Problem.Fix.Summary != "" {
		lines = append(lines, "fix: "+markdownCell(safetext.Printable(c.Problem.Fix.Summary)))
	}
	cells := changedCells(d, c)
	for i, text := range cells {
		if left := len(cells) - i; i == mostCells-1 && left > 1 {
			lines = append(lines, count(left)+" more; `-o json` holds all")
			break
		}
		lines = append(lines, markdownCell(text))
	}
	return lines
}
