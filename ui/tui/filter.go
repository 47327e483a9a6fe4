// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
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
	text string // as typed; a leading ! inverts
	show show
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

// match says whether check i passes. A check passes a text that its resource, account, verb, code,
// section, or what the server or the cluster said about it contains, in any case.
func (f filter) match(b *board, i int) bool {
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
		if v := b.findings[i].Verdict; v != matrix.Exception && v != matrix.Waived {
			return false
		}
	}
	text, invert := strings.CutPrefix(f.text, "!")
	if text == "" {
		return true
	}
	return contains(b, i, strings.ToLower(text)) != invert
}

func contains(b *board, i int, text string) bool {
	e, has := &b.matrix.Expectations[i], func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if has(b.home[i].subject.String()) || has(e.Code) || has(e.Section) || has(b.findings[i].Reason) || has(b.findings[i].Observed) {
		return true
	}
	review, ok := e.Access()
	if !ok {
		return has(e.Because)
	}
	a := review.Attributes
	return has(a.Verb) || has(a.GroupResource()) || has(a.Namespace) || has(a.Name)
}

// refilter applies the filter to every check: after the filter or the matrix changed, never per frame.
func (m *Model) refilter() {
	for i := range m.board.findings {
		m.rematch(i)
	}
	m.reshow()
}

// rematch applies the filter to check i, and says whether it now counts otherwise.
func (m *Model) rematch(i int) bool {
	matches := m.filter.match(m.board, i)
	if matches == m.board.match[i] {
		return false
	}
	m.board.update(i, func() { m.board.match[i] = matches })
	return true
}

// reshow rebuilds the lists of visible lines.
func (m *Model) reshow() {
	m.rebuildTree()
	if a := m.account; a != nil {
		a.sheet.filter(m.board.match)
		m.clampCursor()
	}
	m.detail.stale = true
}
