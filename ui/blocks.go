// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// block is the matrix of one subject in one section: accesses as rows, verbs as columns.
type block struct {
	section string
	subject matrix.Subject
	rows    map[matrix.Access]map[string]Mark // the greatest of the checks in a cell
	failed  map[matrix.Access]bool            // rows with something that needs attention
}

// blocksOf returns the blocks of the findings that are about an access, in order of first appearance.
func blocksOf(findings []probe.Finding) []*block {
	var order []*block
	for _, g := range GroupBySubject(findings) {
		b := &block{g.Section, g.Subject, make(map[matrix.Access]map[string]Mark), make(map[matrix.Access]bool)}
		for _, i := range g.Places {
			if findings[i].Access != nil {
				b.add(findings[i])
			}
		}
		if len(b.rows) > 0 {
			order = append(order, b)
		}
	}
	return order
}

func (g *block) add(f probe.Finding) {
	row := rowOf(*f.Access)
	if g.rows[row] == nil {
		g.rows[row] = make(map[string]Mark)
	}
	g.rows[row][f.Access.Verb] = max(g.rows[row][f.Access.Verb], MarkOf(&f))
	if needsAttention(f) {
		g.failed[row] = true
	}
}

// blocks draws the blocks: all of them, or those with failures and of these the failing rows.
func (p textPrinter) blocks(b *bufio.Writer, findings []probe.Finding, all, failedOnly bool) error {
	for _, g := range blocksOf(findings) {
		rows := slices.SortedFunc(maps.Keys(g.rows), matrix.Access.Compare)
		if !all {
			rows = slices.DeleteFunc(rows, func(a matrix.Access) bool { return !g.failed[a] })
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintln(b, p.blockTitle(g.subject, g.section))
		mark := func(row matrix.Access, verb string) (string, bool) {
			m, ok := g.rows[row][verb]
			return p.glyph(m), ok
		}
		verbs := verbsOf(rows, func(row matrix.Access, verb string) bool { _, ok := g.rows[row][verb]; return ok }, columnsOf(g.rows))
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

func (p textPrinter) blockTitle(subject matrix.Subject, section string) string {
	who := subjectOf(subject)
	if who == "" {
		return p.wrap(p.paint(safetext.Printable(section), bold), 2)
	}
	return p.wrap(p.paint(who, bold)+p.separator()+safetext.Printable(section), 2)
}

// columnsOf returns the verbs that rows have cells for.
func columnsOf[C any](rows map[matrix.Access]map[string]C) []string {
	seen := make(map[string]bool)
	for _, cells := range rows {
		for verb := range cells {
			seen[verb] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), matrix.CompareVerbs)
}

// verbsOf returns the verbs that some of the rows are asked for.
func verbsOf(rows []matrix.Access, asked func(matrix.Access, string) bool, verbs []string) []string {
	return slices.DeleteFunc(verbs, func(verb string) bool {
		return !slices.ContainsFunc(rows, func(row matrix.Access) bool { return asked(row, verb) })
	})
}

// narrowest is what the column of resources keeps before columns of verbs move to a next grid.
const narrowest = 24

// drawRows draws rows × verbs within the width: long labels are shortened, and the verbs that do
// not fit beside them follow in grids of their own. Last, when set, is a text after the marks.
func (p textPrinter) drawRows(b *bufio.Writer, rows []matrix.Access, verbs []string,
	mark func(matrix.Access, string) (string, bool), last func(matrix.Access) string) error {
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
func (p textPrinter) heading(verb string) string {
	h := strings.ToUpper(safetext.Printable(verb))
	if p.width > 0 && h == "DELETECOLLECTION" {
		return "DELETECOLL"
	}
	if p.width > 0 {
		return p.shorten(h, 20)
	}
	return h
}

// split breaks verbs into columns of grids that fit the width.
func (p textPrinter) split(verbs []string) [][]string {
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
