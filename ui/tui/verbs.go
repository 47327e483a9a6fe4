// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const cellWidth = 3 // of a mark with its brackets

// shortVerbs are the verbs in two letters, where the first two do not tell them apart.
var shortVerbs = map[string]string{"deletecollection": "dc"}

// shortVerb is a verb in two letters.
func shortVerb(verb string) string {
	if short, ok := shortVerbs[verb]; ok {
		return short
	}
	return ansi.Truncate(plain(verb), 2, "")
}

// verbsLegend explains the verbs of two letters.
const verbsLegend = "ge get, li list, wa watch, cr create, up update, pa patch, de delete, dc deletecollection"

// legend explains the heads of a grid with two letters, in lines of at most w cells; none where verbs are whole.
func (m *Model) legend(w int) []string {
	s := m.account.grid
	if len(s.verbs) == 0 || m.columnWidths()[0] > cellWidth {
		return nil
	}
	var words []string
	for _, verb := range s.verbs {
		if short := shortVerb(verb); short != plain(verb) {
			words = append(words, short+"="+plain(verb))
		}
	}
	if len(words) == 0 {
		return nil
	}
	return wrap(strings.Join(words, " "), w)
}

// columnWidths are the widths of the columns: of whole verbs where all of them fit, else of two letters.
func (m *Model) columnWidths() []int {
	s := m.account.grid
	if s.label+2+s.wide <= m.layout.grid.w {
		return s.widths
	}
	return s.narrow
}

// head is the head of a column.
func (m *Model) head(column int) string {
	verb, w := m.account.grid.verbs[column], m.columnWidths()[column]
	if w > cellWidth {
		return fit(strings.ToUpper(plain(verb)), w)
	}
	return fit(shortVerb(verb), w)
}
