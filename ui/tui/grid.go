// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// grid is the layout of the checks of an account: rows of resources and columns of verbs, and below
// them, one on each line, the checks that are not about one verb on a resource. It is made once;
// answers do not change it.
type grid struct {
	verbs   []string // of the columns
	widths  []int    // of the columns with whole verbs, in cells
	narrow  []int    // of the columns with verbs of two letters
	wide    int      // the sum of widths
	label   int      // width of the longest label
	rows    []row
	visible []int // the rows that pass the filter
}

// row is a line of a grid. A line of the list has no cells.
type row struct {
	label string
	where int   // where in the label the object and namespace begin
	cells []int // places in the findings, by column; none is a blank
	check int   // of a line of the list
}

const (
	none          = -1
	leastRowLabel = 16 // cells of a label beside columns of two letters

	maxRowLabel = 24 // cells that a label may take from columns that would not fit
)

// key of a row of the matrix: all of an access but the verb.
func rowKey(a matrix.Access) matrix.Access {
	a.Verb = ""
	return a
}

func newGrid(b *results, a *account) *grid {
	s := &grid{}
	counts, verbs := make(map[matrix.Access]int), make(map[string]bool)
	for _, i := range a.checks {
		if access := b.findings[i].Access; access != nil {
			counts[rowKey(*access)]++
		}
	}
	// A matrix of single cells is a list drawn badly.
	asGrid := len(counts) > 0 && 10*len(a.checks) >= 11*len(counts)
	rows, list := make(map[matrix.Access]int), []int(nil)
	for _, i := range a.checks {
		access := b.findings[i].Access
		if !asGrid || access == nil {
			list = append(list, i)
			continue
		}
		verbs[access.Verb] = true
	}
	for verb := range verbs {
		s.verbs = append(s.verbs, verb)
	}
	slices.SortFunc(s.verbs, matrix.CompareVerbs)
	for _, verb := range s.verbs {
		w := max(cellWidth, width(plain(verb))) + 1
		s.widths, s.narrow, s.wide = append(s.widths, w), append(s.narrow, cellWidth), s.wide+w
	}
	for _, i := range a.checks {
		access := b.findings[i].Access
		if !asGrid || access == nil {
			continue
		}
		key := rowKey(*access)
		r, found := rows[key]
		if !found {
			r = len(s.rows)
			rows[key] = r
			s.rows = append(s.rows, row{label: rowLabel(key), where: len(plain(key.GroupResource())), cells: slices.Repeat([]int{none}, len(s.verbs)), check: none})
		}
		column, _ := slices.BinarySearchFunc(s.verbs, access.Verb, matrix.CompareVerbs)
		if s.rows[r].cells[column] == none {
			s.rows[r].cells[column] = i
		} else {
			list = append(list, i) // a second check of the same access
		}
	}
	for _, r := range s.rows {
		s.label = max(s.label, width(r.label))
	}
	for _, i := range list {
		s.rows = append(s.rows, row{label: listLabel(&b.findings[i]), check: i})
	}
	return s
}

// rowLabel is the resource, and the object or namespace where the checks are about one.
func rowLabel(a matrix.Access) string {
	label := a.GroupResource()
	if a.Name != "" {
		label += " " + a.Name
	}
	if a.Namespace != "" {
		label += " in " + a.Namespace
	}
	return plain(label)
}

// fit cuts or pads the label to n cells. When it has to be cut, the object and namespace keep some of
// them: rows differ in these alone.
func (r *row) fit(n int) string {
	resource, where := r.label[:r.where], r.label[r.where:]
	if where == "" || width(r.label) <= n {
		return fit(r.label, n)
	}
	room := max(n-width(resource), min(n/2, width(where)))
	return fit(resource, n-room) + fit(where, room)
}

// listLabel is a check in one line: why it is there, which differs from row to row; or, for one that no
// object is behind, what was found.
func listLabel(f *probe.Finding) string {
	parts := []string{f.Code}
	if f.Access != nil {
		parts = append(parts, f.Access.Verb, rowLabel(*f.Access)+":")
	}
	text := f.Because
	if f.Origin.IsZero() {
		text = cmp.Or(f.Observed, text)
	}
	return plain(strings.Join(append(parts, text), " "))
}

// checkAt is the check in a cell, none for a blank.
func (s *grid) checkAt(r, column int) int {
	if r < 0 || r >= len(s.rows) {
		return none
	}
	line := s.rows[r]
	if line.cells == nil {
		return line.check
	}
	if column < 0 || column >= len(line.cells) {
		return none
	}
	return line.cells[column]
}

// filter makes the rows visible that hold a check that matches.
func (s *grid) filter(match []bool) {
	s.visible = s.visible[:0]
	for r, line := range s.rows {
		shown := line.check != none && match[line.check]
		for _, i := range line.cells {
			shown = shown || i != none && match[i]
		}
		if shown {
			s.visible = append(s.visible, r)
		}
	}
}
