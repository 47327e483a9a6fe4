// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Waiver records why a failed check is accepted: by a person, or by a baseline. It is comparable.
type Waiver struct {
	Reason string         `json:"reason"`
	Owner  string         `json:"owner,omitempty"` // who answers for it; empty for the waiver of a baseline
	Until  string         `json:"until,omitempty"` // its last day, 2027-01-31; empty when it does not expire
	Was    matrix.Verdict `json:"was,omitempty"`   // the verdict that it accepted; any failure while empty

	Problem string `json:"problem,omitempty"` // id of the problem that was accepted; empty when it was the check alone
}

// String is the reason, with who answers for it, until when, and what it accepted; empty when w is zero.
func (w Waiver) String() string {
	var terms []string
	for _, term := range [][2]string{{"", w.Owner}, {"until ", w.Until}, {"it is ", string(w.Was)}} {
		if term[1] != "" {
			terms = append(terms, term[0]+term[1])
		}
	}
	if len(terms) == 0 {
		return w.Reason
	}
	return w.Reason + " (" + strings.Join(terms, ", ") + ")"
}

// Waive returns f waived by w if w accepts its failure, else f. A check without an answer is never
// accepted, because what would be accepted is not known.
func (f Finding) Waive(w Waiver) Finding { return f.accept(matrix.Waived, w) }

// Known is Waive for what a baseline accepts: nobody decided about it.
func (f Finding) Known(w Waiver) Finding { return f.accept(matrix.InBaseline, w) }

// Accepted reports whether f failed and does not count as failed.
func (f Finding) Accepted() bool { return f.Verdict == matrix.Waived || f.Verdict == matrix.InBaseline }

func (f Finding) accept(as matrix.Verdict, w Waiver) Finding {
	if w == (Waiver{}) || f.Verdict != matrix.Missing && f.Verdict != matrix.Excess || w.Was != "" && w.Was != f.Verdict {
		return f
	}
	w.Was = f.Verdict
	w = w.printable()
	f.Verdict, f.Waiver = as, matrix.Share(w)
	return f
}

func (w Waiver) printable() Waiver {
	return Waiver{
		Reason: safetext.Printable(w.Reason), Owner: safetext.Printable(w.Owner), Until: safetext.Printable(w.Until),
		Was: matrix.Verdict(safetext.Printable(string(w.Was))), Problem: safetext.Printable(w.Problem),
	}
}
