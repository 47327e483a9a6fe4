// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// Finding is one judged check: an entry of a Report. Text in it that came from the cluster has lost
// its control characters.
type Finding struct {
	Section  string             `json:"section"`
	Code     string             `json:"code"`
	Verdict  matrix.Verdict     `json:"verdict"`
	Severity matrix.Severity    `json:"severity"`
	Subject  matrix.Subject     `json:"subject"`
	Access   *matrix.Attributes `json:"access,omitempty"` // nil when the check is about no access
	Want     matrix.Effect      `json:"want,omitempty"`
	Because  string             `json:"because"`
	Origin   matrix.Origin      `json:"origin"`
	Reason   string             `json:"reason"`   // the server's words, or the error that came instead
	Via      string             `json:"via"`      // the way that held, where there are several
	Observed string             `json:"observed"` // what was read, where that settled the check
	Hint     string             `json:"hint"`
	Waiver   matrix.Waiver      `json:"waiver,omitzero"` // of a waived finding: why, and what it was

	Index int `json:"-"` // place of the check in the matrix; a saved report keeps the order instead
}

// Failed says whether the finding is an expectation that is not met, at any severity.
func (f Finding) Failed() bool {
	switch f.Verdict {
	case matrix.Missing, matrix.Excess, matrix.Undetermined:
		return true
	}
	return false
}
