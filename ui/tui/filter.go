// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/ui"
)

// show is which verdicts are shown.
type show int

const (
	showAll show = iota
	showFailing
	showUndetermined
	showExceptions
	showCount
)

func (s show) String() string {
	return [...]string{"all", "failing", "undetermined", "exceptions"}[s]
}

// filter is what is shown: a text and a kind of verdict.
type filter struct {
	text   string // as typed
	search ui.Search
	show   show
}

func (f filter) active() bool { return f.text != "" || f.show != showAll }

// String is the filter for the footer.
func (f filter) String() string {
	var parts []string
	if f.text != "" {
		parts = append(parts, "/"+f.text)
	}
	if f.show != showAll {
		parts = append(parts, f.show.String()+" only")
	}
	return strings.Join(parts, " ")
}

// match reports whether check i passes.
func (f filter) match(b *results, i int) bool {
	switch f.show {
	case showFailing:
		if !b.fails(i) {
			return false
		}
	case showUndetermined:
		if b.findings[i].Verdict != matrix.Undetermined {
			return false
		}
	case showExceptions:
		if f := &b.findings[i]; f.Verdict != matrix.Exception && !f.Accepted() {
			return false
		}
	}
	return f.search.Match(&b.findings[i])
}

// refilter applies the filter to every check: after the filter or the matrix changed, never per frame.
func (m *Model) refilter() {
	for i := range m.results.findings {
		m.rematch(i)
	}
	m.reshow()
	m.filterProblems()
}

// rematch applies the filter to check i, and reports whether it now counts otherwise.
func (m *Model) rematch(i int) bool {
	matches := m.filter.match(m.results, i)
	if matches == m.results.match[i] {
		return false
	}
	m.results.update(i, func() { m.results.match[i] = matches })
	return true
}

// reshow rebuilds the lists of visible lines.
func (m *Model) reshow() {
	m.rebuildTree()
	if a := m.account; a != nil {
		a.grid.filter(m.results.match)
		m.clampCursor()
	}
	m.detail.stale = true
}
