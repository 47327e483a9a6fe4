// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

func markOf(f *probe.Finding) ui.Mark { return ui.MarkOf(f) }

// tally counts checks by mark. Failed checks of severity info are counted apart: they need no attention.
type tally struct {
	marks   [ui.MarkCount]int
	info    int
	changed int // changed and not seen yet
	matched int // pass the filter
	found   int // of them, those that need attention
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
	for _, k := range t.marks[ui.MarkMissingWarning:] {
		n += k
	}
	return n
}

// worst is the mark to show for all of them together.
func (t *tally) worst() ui.Mark {
	for k := ui.MarkCount - 1; k > ui.MarkDenied; k-- {
		if t.marks[k] > 0 {
			return k
		}
	}
	if t.info > 0 || t.marks[ui.MarkDenied] > 0 {
		return ui.MarkPass
	}
	return ui.MarkNone
}
