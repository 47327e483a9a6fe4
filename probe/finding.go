// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// Finding is one judged check: an entry of a Report. Text in it that came from the cluster has lost
// its control characters.
type Finding struct {
	Section  string                       `json:"section"`
	Code     string                       `json:"code"`
	Verdict  matrix.Verdict               `json:"verdict"`
	Severity matrix.Severity              `json:"severity"`
	Subject  matrix.Subject               `json:"subject"`
	Access   *matrix.Access               `json:"access,omitempty"` // shared with the check; nil when that is about no access
	Want     matrix.Effect                `json:"want,omitempty"`
	Because  string                       `json:"because"`
	Origin   matrix.Shared[matrix.Origin] `json:"origin"`
	Reason   string                       `json:"reason"`            // the server's words, or the error that came instead
	Via      string                       `json:"via"`               // the way that held, where there are several
	Observed string                       `json:"observed"`          // what was read, where that decided the check
	Hint     string                       `json:"hint"`              // what to do; empty for what is as expected or pending
	Waiver   matrix.Shared[Waiver]        `json:"waiver,omitzero"`   // why a waived finding is accepted, and what it was
	LeadsTo  *LeadsTo                     `json:"leadsTo,omitempty"` // where the access leads; nil if to no goal, or if that was not looked for

	AnsweredBy string `json:"answeredBy,omitempty"` // ByRBAC when the server did not answer; empty when it did

	Check matrix.Check `json:"-"` // what was judged; nil in a saved report
	Index int          `json:"-"` // place of the check in the matrix; a saved report keeps the order instead
}

// Failed says whether the check is not met, at any severity.
func (f Finding) Failed() bool {
	switch f.Verdict {
	case matrix.Missing, matrix.Excess, matrix.Undetermined:
		return true
	}
	return false
}
