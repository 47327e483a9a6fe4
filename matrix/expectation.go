// SPDX-License-Identifier: Apache-2.0

package matrix

import "strings"

// Effect is what an Expectation wants of the API server.
type Effect string

// The two effects. The zero Effect is the one of an Expectation that asks nothing.
const (
	Allow Effect = "allow"
	Deny  Effect = "deny"
)

// Severity is how much a failed Expectation matters.
type Severity string

// The severities: an error fails a run, a warning only with --fail-on warning, information never.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Verdict is what is known about an Expectation. The zero Verdict is "nothing to say yet", which is
// never a refusal.
type Verdict string

// The verdicts. Exception and Waived come from the matrix, the others from an answer.
const (
	Pass         Verdict = "pass"
	Missing      Verdict = "missing"      // wanted, and not allowed; or what was read lacks it
	Excess       Verdict = "excess"       // allowed, and must not be
	Undetermined Verdict = "undetermined" // no answer, or an answer with an evaluation error
	Exception    Verdict = "exception"    // followed by Flux although the tenant's own RBAC refuses it
	Waived       Verdict = "waived"       // failed, and a person accepted it
)

// Origin is the object and field that an Expectation was derived from.
type Origin struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Field     string `json:"field"`   // a path like spec.sourceRef.namespace
	Release   string `json:"release"` // the Flux release that ships it, v2.9.5

	File string `json:"file,omitempty"` // that the object was read from, with forward slashes; empty for one on a cluster
	Line int    `json:"line,omitempty"` // of File where it begins, from 1
}

// Placeless is o wherever it was read: the file and line change without the object.
func (o Origin) Placeless() Origin {
	o.File, o.Line = "", 0
	return o
}

// String is Kind namespace/name, as far as they are known.
func (o Origin) String() string {
	switch {
	case o.Name == "":
		return o.Kind
	case o.Namespace == "":
		return o.Kind + " " + o.Name
	default:
		return o.Kind + " " + o.Namespace + "/" + o.Name
	}
}

// Expectation is one check: a right that Subject must have, or must not.
//
// It is either asked, by Ways, or settled by what was read from the cluster, when Settled is set.
type Expectation struct {
	Section  string     // the section it is shown in, and the word of --only
	Code     string     // the kind of check, FP101; docs/checks.md has an anchor for each
	Subject  Subject    // who the check is about
	Ways     [][]Review // ways to the right, in order; a way holds when all its reviews are allowed
	Want     Effect     // Allow or Deny; empty when Settled
	Severity Severity   // what a failure means
	Because  string     // one line for people: why it is expected
	Origin   Origin     // the object and field it was derived from
	Hint     string     // one line for people: what to do when it fails; may be empty

	// Refused replaces Missing as the verdict of a wanted right that is not allowed: Exception
	// for a cross-namespace reference that the tenant's own account could not follow.
	Refused Verdict

	// Settled is the verdict of a check that was settled by reading, Observed what was read.
	// Ways then holds at most the one access that the check would have asked about, for its
	// place in the matrix; it is never asked.
	Settled  Verdict
	Observed string

	// Waiver, unless it is zero, accepts the failure of the check: the verdict is then Waived.
	Waiver Waiver
}

// Waiver is that somebody accepts a failure. It is comparable.
type Waiver struct {
	Reason string  `json:"reason"`
	Owner  string  `json:"owner,omitempty"` // who answers for it; empty for one that a baseline gives
	Until  string  `json:"until,omitempty"` // its last day, 2027-01-31; empty when it has none
	Was    Verdict `json:"was,omitempty"`   // the verdict that it accepts, any failure when empty; in a Finding what it accepted
}

// String is the reason, with who answers for it, until when, and what it accepts; empty when w is zero.
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

// Accepts says whether w accepts a failure with the verdict v. A check without an answer is never
// accepted: nobody knows what that would be.
func (w Waiver) Accepts(v Verdict) bool {
	return w != Waiver{} && (v == Missing || v == Excess) && (w.Was == "" || w.Was == v)
}

// Access is the first review of the first way: what the check is about. It is false when the check
// is about no access, as those settled by reading mostly are.
func (e Expectation) Access() (Review, bool) {
	if len(e.Ways) == 0 || len(e.Ways[0]) == 0 {
		return Review{}, false
	}
	return e.Ways[0][0], true
}

// One is the Ways of an expectation that has a single way of a single review.
func One(subject Subject, attributes Attributes) [][]Review {
	return [][]Review{{{Subject: subject, Attributes: attributes}}}
}
