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

// block is the matrix of one subject in one section: accesses as rows, verbs as columns.
type block struct {
	section string
	subject matrix.Subject
	rows    map[matrix.Attributes]map[string]cell
}

// cell is the worst of the checks that ask about one access.
type cell struct {
	verdict  matrix.Verdict
	severity matrix.Severity
}

// blocksOf are the blocks of the findings that are about an access, in order of first appearance.
func blocksOf(findings []probe.Finding) []*block {
	type key struct {
		section string
		subject matrix.Subject
	}
	var order []*block
	byKey := make(map[key]*block)
	for _, f := range findings {
		if f.Access == nil {
			continue
		}
		k := key{f.Section, f.Subject}
		g := byKey[k]
		if g == nil {
			g = &block{f.Section, f.Subject, make(map[matrix.Attributes]map[string]cell)}
			byKey[k] = g
			order = append(order, g)
		}
		g.add(f)
	}
	return order
}

func (g *block) add(f probe.Finding) {
	row := rowOf(*f.Access)
	if g.rows[row] == nil {
		g.rows[row] = make(map[string]cell)
	}
	was, ok := g.rows[row][f.Access.Verb]
	now := cell{f.Verdict, f.Severity}
	switch {
	case !ok, Worst(was.verdict, now.verdict) != was.verdict, was.verdict == now.verdict && now.severity == matrix.Error:
		g.rows[row][f.Access.Verb] = now
	}
}

// failingRow says whether a row has something to look at.
func failingRow(cells map[string]cell) bool {
	for _, c := range cells {
		if c.severity != matrix.Info && (probe.Finding{Verdict: c.verdict}).Failed() {
			return true
		}
	}
	return false
}

// blocks draws the blocks: all of them, or those with failures and of these the failing rows.
func (p pen) blocks(b *bytes.Buffer, findings []probe.Finding, all, failedOnly bool) error {
	for _, g := range blocksOf(findings) {
		rows := slices.SortedFunc(maps.Keys(g.rows), matrix.Attributes.Compare)
		if !all {
			rows = slices.DeleteFunc(rows, func(a matrix.Attributes) bool { return !failingRow(g.rows[a]) })
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintln(b, p.blockTitle(g.subject, g.section))
		mark := func(row matrix.Attributes, verb string) (string, bool) {
			c, ok := g.rows[row][verb]
			return p.mark(c.verdict, c.severity), ok
		}
		verbs := verbsOf(rows, func(row matrix.Attributes, verb string) bool { _, ok := g.rows[row][verb]; return ok }, g.verbs())
		if err := p.drawRows(b, rows, verbs, mark, nil); err != nil {
			return err
		}
		if more := len(g.rows) - len(rows); more > 0 && !failedOnly {
			fmt.Fprintf(b, "  %s %s without failures (-o wide)\n", p.ellipsis(), counted(more, "more row"))
		}
		b.WriteByte('\n')
	}
	return nil
}

func (p pen) blockTitle(subject matrix.Subject, section string) string {
	who := subjectOf(subject)
	if who == "" {
		return p.wrap(p.paint(probe.Printable(section), bold), 2)
	}
	return p.wrap(p.paint(who, bold)+p.separator()+probe.Printable(section), 2)
}

func (g *block) verbs() []string {
	seen := make(map[string]bool)
	for _, cells := range g.rows {
		for verb := range cells {
			seen[verb] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), matrix.CompareVerbs)
}

// verbsOf are the verbs that some of the rows ask about.
func verbsOf(rows []matrix.Attributes, asked func(matrix.Attributes, string) bool, verbs []string) []string {
	return slices.DeleteFunc(verbs, func(verb string) bool {
		return !slices.ContainsFunc(rows, func(row matrix.Attributes) bool { return asked(row, verb) })
	})
}

// narrowest is what the column of resources keeps before columns of verbs move to a next grid.
const narrowest = 24

// drawRows draws rows × verbs within the width: long labels are shortened, and the verbs that do
// not fit beside them follow in grids of their own. Last, when set, is a text after the marks.
func (p pen) drawRows(b *bytes.Buffer, rows []matrix.Attributes, verbs []string,
	mark func(matrix.Attributes, string) (string, bool), last func(matrix.Attributes) string) error {
	for _, part := range p.split(verbs) {
		header := []string{"RESOURCE"}
		used := 4 // the indent, and the gap after the labels
		for _, verb := range part {
			header = append(header, p.heading(verb))
			used += ansi.StringWidth(p.heading(verb)) + 2
		}
		room := max(narrowest, p.width-used)
		if last != nil {
			header = append(header, "BECAUSE")
			room = max(narrowest, (p.width-used)/2)
		}
		lines := make([][]string, 0, len(rows))
		for _, row := range rows {
			label := p.fit(rowLabel(row), room)
			line, filled := []string{label}, false
			for _, verb := range part {
				m, ok := mark(row, verb)
				if !ok {
					m = ""
				}
				filled = filled || ok
				line = append(line, m)
			}
			if last != nil {
				line = append(line, p.fit(last(row), p.width-used-room-2))
			}
			if filled {
				lines = append(lines, line)
			}
		}
		if err := grid(b, header, lines, len(part)+1); err != nil {
			return err
		}
	}
	return nil
}

// heading is the column head of verb; a narrow terminal gets at most a dozen cells of it.
func (p pen) heading(verb string) string {
	h := strings.ToUpper(probe.Printable(verb))
	if p.width > 0 && h == "DELETECOLLECTION" {
		return "DELETECOLL"
	}
	if p.width > 0 {
		return p.shorten(h, 20)
	}
	return h
}

// split breaks verbs into columns of grids that fit the width.
func (p pen) split(verbs []string) [][]string {
	if p.width <= 0 {
		return [][]string{verbs}
	}
	room := p.width - 4 - narrowest
	var parts [][]string
	used := 0
	for _, verb := range verbs {
		w := ansi.StringWidth(p.heading(verb)) + 2
		if len(parts) == 0 || used+w > room {
			parts, used = append(parts, nil), 0
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], verb)
		used += w
	}
	return parts
}
