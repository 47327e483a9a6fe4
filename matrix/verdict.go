// SPDX-License-Identifier: Apache-2.0

package matrix

// Effect is what an Asked check wants of the API server.
type Effect string

// The two effects. The zero Effect is that of a finding about an Observed check.
const (
	Allow Effect = "allow"
	Deny  Effect = "deny"
)

// Severity is how much a failed check matters.
type Severity string

// The severities: an error fails a run, a warning only with --fail-on warning, information never.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Verdict is what is known about a check. The zero Verdict means that nothing is known yet, which is
// never a refusal.
type Verdict string

// The verdicts. Exception, Waived and InBaseline are decisions of people, the others come from an answer.
const (
	Pass         Verdict = "pass"
	Missing      Verdict = "missing"      // wanted, and not allowed; or what was read lacks it
	Excess       Verdict = "excess"       // allowed, and must not be
	Undetermined Verdict = "undetermined" // no answer, or an answer with an evaluation error
	Exception    Verdict = "exception"    // followed by Flux although the tenant's own RBAC refuses it
	Waived       Verdict = "waived"       // failed, and a person accepted it for a reason
	InBaseline   Verdict = "baseline"     // failed, as it did in the earlier report that is the baseline
)

// Origin is the object and field that a check was derived from.
type Origin struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Field     string `json:"field"`   // a path like spec.sourceRef.namespace
	Release   string `json:"release"` // the Flux release that ships it, v2.9.5

	File string `json:"file,omitempty"` // that the object was read from, with forward slashes; empty for one on a cluster
	Line int    `json:"line,omitempty"` // of File where it begins, from 1
}

// Of returns the object alone: its kind, namespace and name.
func (o Origin) Of() Origin { return Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name} }

// WithoutLocation returns o without the file and line, which change without the object.
func (o Origin) WithoutLocation() Origin {
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
