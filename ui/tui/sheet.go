// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// sheet is how the checks of an account are laid out: rows of a matrix of resources and verbs, and
// below them, one a line, the checks that are about no single verb on a resource. It is made once
// from the matrix; answers do not change it.
type sheet struct {
	verbs   []string // of the columns
	widths  []int    // of the columns, in cells
	label   int      // width of the longest label
	rows    []row
	visible []int // the rows that pass the filter
}

// row is a line of a sheet. A line of the list has no cells.
type row struct {
	label string
	where int   // where in the label the object and namespace begin
	cells []int // places in the matrix, by column; none is a blank
	check int   // of a line of the list
}

const (
	none        = -1
	maxVerb     = 10 // cells of a verb in the header; deletecollection is cut
	maxRowLabel = 24 // cells that a label may take from columns that would not fit
)

// key of a row of the matrix: all of an access but the verb.
func rowKey(a matrix.Attributes) matrix.Attributes {
	a.Verb = ""
	return a
}

func newSheet(b *board, a *account) *sheet {
	s := &sheet{}
	counts, verbs := make(map[matrix.Attributes]int), make(map[string]bool)
	for _, i := range a.checks {
		if review, ok := b.matrix.Expectations[i].Access(); ok {
			counts[rowKey(review.Attributes)]++
		}
	}
	// A matrix of single cells is a list drawn badly.
	grid := len(counts) > 0 && 2*len(a.checks) >= 3*len(counts)
	rows, list := make(map[matrix.Attributes]int), []int(nil)
	for _, i := range a.checks {
		review, ok := b.matrix.Expectations[i].Access()
		if !grid || !ok {
			list = append(list, i)
			continue
		}
		verbs[review.Attributes.Verb] = true
	}
	for verb := range verbs {
		s.verbs = append(s.verbs, verb)
	}
	slices.SortFunc(s.verbs, matrix.CompareVerbs)
	for _, verb := range s.verbs {
		s.widths = append(s.widths, max(3, min(width(plain(verb)), maxVerb))+1)
	}
	for _, i := range a.checks {
		review, ok := b.matrix.Expectations[i].Access()
		if !grid || !ok {
			continue
		}
		key := rowKey(review.Attributes)
		r, found := rows[key]
		if !found {
			r = len(s.rows)
			rows[key] = r
			s.rows = append(s.rows, row{label: rowLabel(key), where: len(plain(key.GroupResource())), cells: slices.Repeat([]int{none}, len(s.verbs)), check: none})
		}
		column, _ := slices.BinarySearchFunc(s.verbs, review.Attributes.Verb, matrix.CompareVerbs)
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
		s.rows = append(s.rows, row{label: listLabel(b.matrix.Expectations[i]), check: i})
	}
	return s
}

// rowLabel is the resource, and the object or namespace where the checks are about one.
func rowLabel(a matrix.Attributes) string {
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
func listLabel(e matrix.Expectation) string {
	parts := []string{e.Code}
	if review, ok := e.Access(); ok {
		parts = append(parts, review.Attributes.Verb, rowLabel(review.Attributes)+":")
	}
	text := e.Because
	if e.Origin == (matrix.Origin{}) {
		text = cmp.Or(e.Observed, text)
	}
	return plain(strings.Join(append(parts, text), " "))
}

// checkAt is the check in a cell, none for a blank.
func (s *sheet) checkAt(r, column int) int {
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
func (s *sheet) filter(match []bool) {
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
