// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Waiver records that a person accepted a failed check. It is comparable.
type Waiver struct {
	Reason string         `json:"reason"`
	Owner  string         `json:"owner,omitempty"` // who answers for it; empty for the waiver of a baseline
	Until  string         `json:"until,omitempty"` // its last day, 2027-01-31; empty when it does not expire
	Was    matrix.Verdict `json:"was,omitempty"`   // the verdict that it accepted; any failure while empty
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
func (f Finding) Waive(w Waiver) Finding {
	if w == (Waiver{}) || f.Verdict != matrix.Missing && f.Verdict != matrix.Excess || w.Was != "" && w.Was != f.Verdict {
		return f
	}
	w.Was = f.Verdict
	w = w.printable()
	f.Verdict, f.Waiver = matrix.Waived, matrix.Share(w)
	return f
}

func (w Waiver) printable() Waiver {
	return Waiver{safetext.Printable(w.Reason), safetext.Printable(w.Owner), safetext.Printable(w.Until), matrix.Verdict(safetext.Printable(string(w.Was)))}
}
