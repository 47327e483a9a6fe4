// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// mark is what is drawn for a check. The order is that of attention: the worst of several marks is
// the greatest.
type mark uint8

const (
	markBlank mark = iota // not asked
	markPass
	markWaived
	markException
	markPending
	markUndetermined
	markMissing
	markExcess
	markCount
)

// markOf is the mark of a finding; the zero finding is pending.
func markOf(f *probe.Finding) mark {
	switch f.Verdict {
	case matrix.Pass:
		return markPass
	case matrix.Missing:
		return markMissing
	case matrix.Excess:
		return markExcess
	case matrix.Undetermined:
		return markUndetermined
	case matrix.Exception:
		return markException
	case matrix.Waived:
		return markWaived
	default:
		return markPending
	}
}

// glyphs are the marks as drawn, one cell each under both width regimes of Unicode.
func glyphs(asciiOnly bool) [markCount]string {
	g := [markCount]string{
		markBlank: " ", markPass: "✓", markWaived: "w", markException: "~",
		markPending: ".", markUndetermined: "?", markMissing: "✗", markExcess: "!",
	}
	if asciiOnly {
		g[markPass], g[markMissing] = "+", "x"
	}
	return g
}

// tally counts checks by mark. Information is counted apart: it never fails.
type tally struct {
	marks   [markCount]int
	info    int
	changed int // changed and not seen yet
	matched int // pass the filter
}

func (t *tally) add(f *probe.Finding, n int) {
	if f.Severity == matrix.Info && f.Failed() {
		t.info += n
		return
	}
	t.marks[markOf(f)] += n
}

func (t *tally) failing() int {
	return t.marks[markMissing] + t.marks[markExcess] + t.marks[markUndetermined]
}

// worst is the mark to show for all of them together.
func (t *tally) worst() mark {
	for k := markCount - 1; k > markBlank; k-- {
		if t.marks[k] > 0 {
			return k
		}
	}
	if t.info > 0 {
		return markPass
	}
	return markBlank
}

func (t *tally) total() int {
	n := t.info
	for _, k := range t.marks {
		n += k
	}
	return n
}
