// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// style is the parameter of an SGR sequence (ECMA-48 8.3.117).
type style string

const (
	plain   style = ""
	bold    style = "1"
	faint   style = "2"
	green   style = "32"
	yellow  style = "33"
	cyan    style = "36"
	failing style = "1;31" // bold, so that red and green are never all that differs
	excess  style = "1;35"
)

// mark is how a verdict looks. The glyphs are one cell wide in every terminal.
type mark struct {
	verdict matrix.Verdict
	glyph   string
	ascii   string
	style   style
}

// marks are in order of weight: where several checks share a cell, the first of them is shown.
var marks = [...]mark{
	{matrix.Excess, "!", "!", excess},
	{matrix.Missing, "✗", "x", failing},
	{matrix.Undetermined, "?", "?", yellow},
	{"", ".", ".", faint},
	{matrix.Waived, "w", "w", faint},
	{matrix.Exception, "~", "~", cyan},
	{matrix.Pass, "✓", "+", green},
}

// Mark is the one cell that stands for v; the zero Verdict is a check that has no answer yet. A
// verdict that is not known is shown as undetermined.
func Mark(v matrix.Verdict, ascii bool) string {
	m := marks[rank(v)]
	if ascii {
		return m.ascii
	}
	return m.glyph
}

// Worst is the verdict to show where a and b share a place.
func Worst(a, b matrix.Verdict) matrix.Verdict {
	if rank(b) < rank(a) {
		return b
	}
	return a
}

func rank(v matrix.Verdict) int {
	unknown := 0
	for i, m := range marks {
		switch m.verdict {
		case v:
			return i
		case matrix.Undetermined:
			unknown = i
		}
	}
	return unknown
}

// pen draws the parts of the text formats that depend on the terminal.
type pen struct {
	color bool
	ascii bool
	width int

	answerer string // who answered
}

func newPen(o Options) pen {
	return pen{color: o.Color, ascii: o.ASCII, width: o.Width, answerer: answerer("")}
}

func (p pen) paint(s string, as style) string {
	if !p.color || as == plain || s == "" {
		return s
	}
	return "\x1b[" + string(as) + "m" + s + "\x1b[m"
}

// mark is the mark of v, in the colour of v, or in that of a warning when it fails no run.
func (p pen) mark(v matrix.Verdict, s matrix.Severity) string {
	as := marks[rank(v)].style
	if s != matrix.Error && (v == matrix.Missing || v == matrix.Excess) {
		as = yellow
	}
	return p.paint(Mark(v, p.ascii), as)
}

// separator stands between the parts of one line.
func (p pen) separator() string {
	if p.ascii {
		return " | "
	}
	return " · "
}

// ellipsis stands for what was left out.
func (p pen) ellipsis() string {
	if p.ascii {
		return "..."
	}
	return "…"
}
