// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// planned is the matrix of one subject in one section, before any answer.
type planned struct {
	section string
	subject matrix.Subject
	rows    map[matrix.Attributes]map[string]string // what is wanted, by verb
	because map[matrix.Attributes][]string
	settled []matrix.Expectation // about no access
}

func writeMatrixTable(b *bytes.Buffer, m *matrix.Matrix, r *probe.Report, o Options) error {
	return writePlan(b, m, r, o, false)
}

// writeMatrixWide adds to each row why it is asked.
func writeMatrixWide(b *bytes.Buffer, m *matrix.Matrix, r *probe.Report, o Options) error {
	return writePlan(b, m, r, o, true)
}

func writePlan(b *bytes.Buffer, m *matrix.Matrix, r *probe.Report, o Options, all bool) error {
	p := newPen(o)
	fmt.Fprintf(b, "%s\n\n", p.header(r))
	for _, line := range planSections(m) {
		fmt.Fprintln(b, line)
	}
	if len(m.Expectations) > 0 {
		fmt.Fprintf(b, "\n%s\n\n", p.wrap("+ must be allowed, - must not be, * both are asked, . settled by reading", 0))
	}
	for _, g := range plan(m) {
		if err := p.drawPlan(b, g, all); err != nil {
			return err
		}
	}
	p.gaps(b, m.NotAsked, all)
	fmt.Fprintln(b, p.wrap(fmt.Sprintf("%s, %s to ask", counted(len(m.Expectations), "check"), counted(len(m.Reviews()), "distinct review")), 0))
	return nil
}

func planSections(m *matrix.Matrix) []string {
	var order []string
	checks := make(map[string]int)
	name, digits := 0, 0
	for _, e := range m.Expectations {
		if checks[e.Section]++; checks[e.Section] == 1 {
			order = append(order, e.Section)
		}
	}
	for _, s := range order {
		name, digits = max(name, ansi.StringWidth(probe.Printable(s))), max(digits, len(count(checks[s])))
	}
	lines := make([]string, len(order))
	for i, s := range order {
		shown := probe.Printable(s)
		lines[i] = fmt.Sprintf("%s%s  %*s", shown, strings.Repeat(" ", name-ansi.StringWidth(shown)), digits, count(checks[s])) + " " +
			strings.TrimPrefix(counted(checks[s], "check"), count(checks[s])+" ")
	}
	return lines
}

// plan groups the expectations by section and subject, in order of first appearance.
func plan(m *matrix.Matrix) []*planned {
	type key struct {
		section string
		subject matrix.Subject
	}
	var order []*planned
	byKey := make(map[key]*planned)
	for _, e := range m.Expectations {
		k := key{e.Section, e.Subject}
		g := byKey[k]
		if g == nil {
			g = &planned{section: e.Section, subject: e.Subject,
				rows: make(map[matrix.Attributes]map[string]string), because: make(map[matrix.Attributes][]string)}
			byKey[k] = g
			order = append(order, g)
		}
		g.add(e)
	}
	return order
}

func (g *planned) add(e matrix.Expectation) {
	access, ok := e.Access()
	if !ok {
		g.settled = append(g.settled, e)
		return
	}
	row, verb := rowOf(access.Attributes), access.Attributes.Verb
	if g.rows[row] == nil {
		g.rows[row] = make(map[string]string)
	}
	want := "."
	switch {
	case e.Settled != "":
	case e.Want == matrix.Allow:
		want = "+"
	case e.Want == matrix.Deny:
		want = "-"
	}
	switch was := g.rows[row][verb]; {
	case was == "" || was == ".":
		g.rows[row][verb] = want
	case want != "." && want != was:
		g.rows[row][verb] = "*"
	}
	if !slices.Contains(g.because[row], e.Because) {
		g.because[row] = append(g.because[row], e.Because)
	}
}

func (p pen) drawPlan(b *bytes.Buffer, g *planned, all bool) error {
	fmt.Fprintln(b, p.blockTitle(g.subject, g.section))
	verbs := make(map[string]bool)
	for _, cells := range g.rows {
		for verb := range cells {
			verbs[verb] = true
		}
	}
	mark := func(row matrix.Attributes, verb string) (string, bool) {
		want, ok := g.rows[row][verb]
		return p.paint(want, map[string]style{"+": green, "-": failing, "*": yellow, ".": faint}[want]), ok
	}
	var why func(matrix.Attributes) string
	if all {
		why = func(row matrix.Attributes) string { return probe.Printable(strings.Join(g.because[row], "; ")) }
	}
	if len(g.rows) > 0 {
		rows := slices.SortedFunc(maps.Keys(g.rows), matrix.Attributes.Compare)
		if err := p.drawRows(b, rows, slices.SortedFunc(maps.Keys(verbs), matrix.CompareVerbs), mark, why); err != nil {
			return err
		}
	}
	for _, e := range g.settled {
		text := probe.Printable(e.Observed)
		if text == "" {
			text = because(probe.Finding{Because: e.Because, Origin: e.Origin})
		}
		fmt.Fprintln(b, p.wrap("  "+p.paint(".", faint)+" "+probe.Printable(e.Code)+"  "+text, 4))
	}
	b.WriteByte('\n')
	return nil
}
