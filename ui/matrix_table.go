// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// plannedBlock is the matrix of one subject in one section before it was asked.
type plannedBlock struct {
	section  string
	subject  matrix.Subject
	rows     map[matrix.Access]map[string]plannedMark
	because  map[matrix.Access][]string
	observed []probe.Finding // about no access
}

// plannedMark is what checks want of an access.
type plannedMark string

const (
	wantsAllow   plannedMark = "+"
	wantsDeny    plannedMark = "-"
	wantsBoth    plannedMark = "*"
	wantsNothing plannedMark = "." // it was observed
)

var plannedStyles = map[plannedMark]style{wantsAllow: green, wantsDeny: failing, wantsBoth: yellow, wantsNothing: faint}

func writeMatrixTable(b *bufio.Writer, r *probe.Report, o Options) error {
	return writePlan(b, r, o, false)
}

// writeMatrixWide adds to each row why it is asked.
func writeMatrixWide(b *bufio.Writer, r *probe.Report, o Options) error {
	return writePlan(b, r, o, true)
}

func writePlan(b *bufio.Writer, r *probe.Report, o Options, wide bool) error {
	p := newTextPrinter(o)
	fmt.Fprintf(b, "%s\n\n", p.header(r))
	for _, line := range plannedSections(r.Findings) {
		fmt.Fprintln(b, line)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintf(b, "\n%s\n\n", p.wrap("+ must be allowed, - must not be allowed, * both are asked, . decided by reading", 0))
	}
	for _, g := range plannedBlocks(r.Findings) {
		if err := p.drawPlanned(b, g, wide); err != nil {
			return err
		}
	}
	p.gaps(b, r.NotAsked, wide)
	reviews := countReviews(r)
	fmt.Fprintln(b, p.wrap(fmt.Sprintf("%s, %s to ask", counted(len(r.Findings), "check"), counted(reviews, "distinct review")), 0))
	return nil
}

// plannedSections are lines of the name and the number of checks of each section.
func plannedSections(findings []probe.Finding) []string {
	order := countSections(findings)
	name, digits := 0, 0
	for _, s := range order {
		name, digits = max(name, ansi.StringWidth(safetext.Printable(s.name))), max(digits, len(count(s.counts.Checks)))
	}
	lines := make([]string, len(order))
	for i, s := range order {
		shown, n := safetext.Printable(s.name), s.counts.Checks
		lines[i] = fmt.Sprintf("%s%s  %*s %s", shown, strings.Repeat(" ", name-ansi.StringWidth(shown)), digits, count(n), plural(n, "check"))
	}
	return lines
}

func plannedBlocks(findings []probe.Finding) []*plannedBlock {
	var order []*plannedBlock
	for _, g := range GroupBySubject(findings) {
		b := &plannedBlock{section: g.Section, subject: g.Subject,
			rows: make(map[matrix.Access]map[string]plannedMark), because: make(map[matrix.Access][]string)}
		for _, i := range g.Places {
			b.add(findings[i])
		}
		order = append(order, b)
	}
	return order
}

func (g *plannedBlock) add(f probe.Finding) {
	if f.Access == nil {
		g.observed = append(g.observed, f)
		return
	}
	row, verb := rowOf(*f.Access), f.Access.Verb
	if g.rows[row] == nil {
		g.rows[row] = make(map[string]plannedMark)
	}
	want := wantsNothing
	switch f.Want {
	case matrix.Allow:
		want = wantsAllow
	case matrix.Deny:
		want = wantsDeny
	}
	switch before := g.rows[row][verb]; {
	case before == "" || before == wantsNothing:
		g.rows[row][verb] = want
	case want != wantsNothing && want != before:
		g.rows[row][verb] = wantsBoth
	}
	if !slices.Contains(g.because[row], f.Because) {
		g.because[row] = append(g.because[row], f.Because)
	}
}

func (p textPrinter) drawPlanned(b *bufio.Writer, g *plannedBlock, wide bool) error {
	fmt.Fprintln(b, p.blockTitle(g.subject, g.section))
	mark := func(row matrix.Access, verb string) (string, bool) {
		want, ok := g.rows[row][verb]
		return p.paint(string(want), plannedStyles[want]), ok
	}
	var why func(matrix.Access) string
	if wide {
		why = func(row matrix.Access) string { return safetext.Printable(strings.Join(g.because[row], "; ")) }
	}
	if len(g.rows) > 0 {
		rows := slices.SortedFunc(maps.Keys(g.rows), matrix.Access.Compare)
		if err := p.drawRows(b, rows, columnsOf(g.rows), mark, why); err != nil {
			return err
		}
	}
	for _, f := range g.observed {
		text := cmp.Or(safetext.Printable(f.Observed), because(f))
		fmt.Fprintln(b, p.wrap("  "+p.paint(string(wantsNothing), faint)+" "+safetext.Printable(f.Code)+"  "+text, 4))
	}
	b.WriteByte('\n')
	return nil
}
