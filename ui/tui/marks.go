// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
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
	markWarnMissing
	markWarnExcess
	markUndetermined
	markMissing
	markExcess
	markCount
)

// verdicts are what the marks stand for. A warning looks like an error but for its colour.
func verdicts() [markCount]matrix.Verdict {
	return [markCount]matrix.Verdict{
		markPass: matrix.Pass, markWaived: matrix.Waived, markException: matrix.Exception,
		markWarnMissing: matrix.Missing, markWarnExcess: matrix.Excess,
		markUndetermined: matrix.Undetermined, markMissing: matrix.Missing, markExcess: matrix.Excess,
	}
}

// markOf is the mark of a finding; the zero finding is pending.
func markOf(f *probe.Finding) mark {
	switch f.Verdict {
	case "":
		return markPending
	case matrix.Pass:
		return markPass
	case matrix.Exception:
		return markException
	case matrix.Waived:
		return markWaived
	case matrix.Missing:
		if f.Severity != matrix.Error {
			return markWarnMissing
		}
		return markMissing
	case matrix.Excess:
		if f.Severity != matrix.Error {
			return markWarnExcess
		}
		return markExcess
	default:
		return markUndetermined
	}
}

// glyphs are the marks as drawn, one cell each.
func glyphs(ascii bool) [markCount]string {
	g, v := [markCount]string{markBlank: " "}, verdicts()
	for k := markPass; k < markCount; k++ {
		g[k] = ui.Mark(v[k], ascii)
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

// failing is how many need attention, warnings too.
func (t *tally) failing() int {
	n := 0
	for _, k := range t.marks[markWarnMissing:] {
		n += k
	}
	return n
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
