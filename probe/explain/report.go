// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Kind identifies the document of flux-probe explain. Its fields are only ever added.
const Kind = "Explanation"

// Report explains why an account can do something or cannot, or why the checks of an object fail.
type Report struct {
	APIVersion     string        `json:"apiVersion"`
	Kind           string        `json:"kind"`
	Source         probe.Source  `json:"source,omitempty"`
	Assumed        []string      `json:"assumed,omitempty"`        // what is taken for granted in place of what was read
	About          string        `json:"about"`                    // what was asked for, in words
	Chain          []string      `json:"chain,omitempty"`          // who reconciles what as whom
	Checks         int           `json:"checks"`                   // of the matrix, about this
	AsExpected     int           `json:"asExpected"`               // of them
	ForInformation int           `json:"forInformation,omitempty"` // of them: not as expected, and nothing to do about it
	Grant          string        `json:"grant,omitempty"`          // YAML of the minimal roles that would allow what is missing
	Explanations   []Explanation `json:"explanations"`
}

// Explanation explains one access.
type Explanation struct {
	Subject    matrix.Subject `json:"subject"`
	Access     matrix.Access  `json:"access"`
	Decision   Decision       `json:"verdict"`
	Reason     string         `json:"reason"`                  // the server's words, or the error that came instead
	Unread     string         `json:"unread,omitempty"`        // what of RBAC could not be read, and why
	Difference string         `json:"secondOpinion,omitempty"` // how the answer differs from RBAC
	Grants     []string       `json:"grants,omitempty"`
	NearMisses []string       `json:"nearMisses,omitempty"` // best first
	Checks     []RelatedCheck `json:"checks,omitempty"`
	Next       []string       `json:"next,omitempty"`
}

// Decision is what an answer means.
type Decision string

// The decisions.
const (
	Allowed      Decision = "allowed"
	Denied       Decision = "not allowed"
	Undetermined Decision = "undetermined"
)

// decisionOf reads an answer.
func decisionOf(answer probe.Answer) Decision {
	switch {
	case answer.Allowed():
		return Allowed
	case answer.Denied():
		return Denied
	default:
		return Undetermined
	}
}

// RelatedCheck is a check of the matrix that asks about the access, or about a wider one.
type RelatedCheck struct {
	Code     string          `json:"code"`
	Want     matrix.Effect   `json:"want"`
	Severity matrix.Severity `json:"severity"`
	Because  string          `json:"because"`
	Origin   matrix.Origin   `json:"origin"`
	Wider    *matrix.Access  `json:"wider,omitempty"` // the access that the check asks about, where it is a wider one
}

// Verdict is that of the first related check that fails. It is Pass when there are checks and all are
// met, and "" when no check is about the access: then neither answer is right or wrong.
func (e *Explanation) Verdict() matrix.Verdict {
	switch {
	case e.Decision == Undetermined:
		return matrix.Undetermined
	case len(e.Checks) == 0:
		return ""
	case e.Decision == Denied && e.wants(matrix.Allow):
		return matrix.Missing
	case e.Decision == Allowed && e.wants(matrix.Deny):
		return matrix.Excess
	default:
		return matrix.Pass
	}
}

func (e *Explanation) wants(effect matrix.Effect) bool {
	for _, c := range e.Checks {
		if c.Want == effect {
			return true
		}
	}
	return false
}
