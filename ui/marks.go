// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Mark is what stands for a check in a cell, in every format and in the terminal UI. The order is that
// of attention: where several checks share a cell, the greatest mark is shown.
type Mark uint8

// The marks. An access that is denied, as it must be, does not look like one that is allowed, and a failed
// check of severity warning or info does not look like an error.
const (
	MarkNone   Mark = iota // nothing is checked here
	MarkDenied             // passes, because the access is denied
	MarkPass
	MarkException
	MarkBaseline
	MarkWaived
	MarkPending
	MarkMissingWarning
	MarkExcessWarning
	MarkUndetermined
	MarkMissing
	MarkExcess
	MarkCount
)

// Color is what a mark is drawn in. Colour only repeats what glyphs and words say.
type Color uint8

// The colours. Red and Magenta are drawn bold, so that red and green are never all that differs.
const (
	NoColor Color = iota
	Faint
	Green
	Cyan
	Yellow
	Red
	Magenta
)

var marks = [MarkCount]struct {
	verdict      matrix.Verdict
	glyph, ascii string // of one cell in every terminal
	color        Color
}{
	MarkNone:           {"", " ", " ", NoColor},
	MarkDenied:         {matrix.Pass, "–", "-", Green},
	MarkPass:           {matrix.Pass, "✓", "+", Green},
	MarkException:      {matrix.Exception, "~", "e", Cyan},
	MarkBaseline:       {matrix.InBaseline, "b", "b", Faint},
	MarkWaived:         {matrix.Waived, "w", "w", Faint},
	MarkPending:        {"", ".", ".", Faint},
	MarkMissingWarning: {matrix.Missing, "▲", "^", Yellow},
	MarkExcessWarning:  {matrix.Excess, "▲", "^", Yellow},
	MarkUndetermined:   {matrix.Undetermined, "?", "?", Yellow},
	MarkMissing:        {matrix.Missing, "✗", "x", Red},
	MarkExcess:         {matrix.Excess, "!", "!", Magenta},
}

// MarkOf returns the mark of a finding. One without a verdict is pending; an unknown verdict is undetermined.
func MarkOf(f *probe.Finding) Mark {
	return markOf(f.Verdict, f.Severity, f.Want)
}

func markOf(v matrix.Verdict, s matrix.Severity, want matrix.Effect) Mark {
	switch v {
	case "":
		return MarkPending
	case matrix.Pass:
		if want == matrix.Deny {
			return MarkDenied
		}
		return MarkPass
	case matrix.Exception:
		return MarkException
	case matrix.Waived:
		return MarkWaived
	case matrix.InBaseline:
		return MarkBaseline
	case matrix.Missing:
		if s != matrix.Error {
			return MarkMissingWarning
		}
		return MarkMissing
	case matrix.Excess:
		if s != matrix.Error {
			return MarkExcessWarning
		}
		return MarkExcess
	default:
		return MarkUndetermined
	}
}

// Glyph returns the character that is drawn for m.
func (m Mark) Glyph(ascii bool) string {
	if ascii {
		return marks[m].ascii
	}
	return marks[m].glyph
}

// Color returns what m is drawn in.
func (m Mark) Color() Color { return marks[m].color }

// verdictMarks are the marks of the verdicts themselves, the worst first.
var verdictMarks = [...]Mark{MarkExcess, MarkMissing, MarkUndetermined, MarkWaived, MarkBaseline, MarkException, MarkPass}
