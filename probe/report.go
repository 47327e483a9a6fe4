// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"cmp"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// APIVersion is that of the documents beside the report, and was that of the report; SavedVersion is now.
const APIVersion = "flux-probe/v1alpha1"

// ReportKind and SavedVersion identify the document of a Report. Its fields are only ever added.
const ReportKind = "Report"

// Report is what a finished run says: the one document that every output is a view of. As JSON it is a Saved.
type Report struct {
	APIVersion  string       `json:"apiVersion"`
	Kind        string       `json:"kind"`
	Source      Source       `json:"source,omitempty"`
	Cluster     Cluster      `json:"cluster"`
	Flux        []Flux       `json:"flux"`
	Asked       Asked        `json:"asked,omitzero"`
	Made        Made         `json:"made,omitzero"`
	ProbedAs    string       `json:"probedAs"` // the user name of who asked
	Profile     string       `json:"profile"`
	Assumed     []string     `json:"assumed,omitempty"`     // what the report takes for granted in place of what was read
	Turned      *Turned      `json:"turned,omitempty"`      // what that changes; nil when nothing is assumed
	Interrupted bool         `json:"interrupted,omitempty"` // somebody ended the run before all was asked
	TimedOut    bool         `json:"timedOut,omitempty"`    // a time limit ended the run before all was asked
	Summary     Summary      `json:"summary"`
	Problems    []Problem    `json:"problems,omitempty"` // the most severe first; see package probe/problem
	Accepted    []Problem    `json:"accepted,omitempty"` // those whose checks are all waived or in the baseline
	NotAsked    []matrix.Gap `json:"notAsked,omitempty"`
	Findings    []Finding    `json:"findings"`
}

// Asked is what a run was asked for, as far as its result depends on it: whoever reads a report later
// has to judge by the same policy and compare the same part. Requests is what that took.
type Asked struct {
	Only           []string        `json:"only,omitempty"`           // sections; all when empty
	Namespace      string          `json:"namespace,omitempty"`      // the one namespace that was probed; all when empty
	ServiceAccount string          `json:"serviceAccount,omitempty"` // namespace/name of the one account that was probed
	Preflight      []string        `json:"preflight,omitempty"`      // whose next inventories were asked about: Kustomization apps/web
	FailOn         matrix.Severity `json:"failOn,omitempty"`         // error, the default, or warning

	Requests
	Sample *Sample `json:"sample,omitempty"` // how much was asked, when RBAC was to answer the rest
}

// Made says how a report came about. Reports of equal answers differ in nothing else, and Diff does not look
// at it.
type Made struct {
	At      string  `json:"at"`      // when the run began, RFC 3339 in UTC
	Version string  `json:"version"` // of flux-probe
	Seconds float64 `json:"seconds"` // that the run took, to the millisecond; 0 for one that did not end
}

// Source is what answered when it was no cluster; empty for a live one.
type Source string

// The sources without a cluster. Their answers are those of RBAC in manifests: other authorizers,
// admission and the status of objects are unknown.
const (
	FromManifests Source = "manifests"
	FromDemo      Source = "demo" // manifests that come with flux-probe
)

// Cluster says which cluster was asked.
type Cluster struct {
	Context    string `json:"context"`
	Server     string `json:"server"`
	Kubernetes string `json:"kubernetes"` // the server's version
}

// Flux is one Flux that was found.
type Flux struct {
	Namespace string `json:"namespace"`
	Version   string `json:"version"` // empty when unknown
}

// Result is the verdict on a whole run.
type Result string

// The results, and the exit status that each gives: 0, 1 and 3.
const (
	ResultPass         Result = "pass"
	ResultFail         Result = "fail"
	ResultUndetermined Result = "undetermined"
)

// Complete makes the report of findings: in the order of the matrix, counted, with the result by
// r.Asked.FailOn. A finding that is still pending becomes undetermined, and the report interrupted.
// Reviews, NotAsked
// and the rest are the caller's. The report takes findings over.
func (r *Report) Complete(findings []Finding) {
	r.APIVersion, r.Kind = SavedVersion, ReportKind
	byIndex := func(a, b Finding) int { return cmp.Compare(a.Index, b.Index) }
	if !slices.IsSortedFunc(findings, byIndex) {
		slices.SortStableFunc(findings, byIndex)
	}
	r.Findings = findings
	r.Summary = Summary{Reviews: r.Summary.Reviews, DryRuns: r.Summary.DryRuns}
	for i, f := range findings {
		if f.Verdict == "" {
			findings[i], r.Interrupted = judged(f), true
		}
		r.Summary.Add(findings[i])
	}
	for i := range r.NotAsked {
		r.NotAsked[i].Kind = cmp.Or(r.NotAsked[i].Kind, matrix.Chosen)
	}
	r.Summary.Finish(r.Asked.FailOn, r.NotAsked)
	if r.TimedOut && r.Summary.Result == ResultPass { // the checks that are left are for information
		r.Summary.Result = ResultUndetermined
	}
}

// Fails says whether f keeps the run from passing: whether it failed with severity error, or with
// severity warning if warnings fail the run. An undetermined warning always does, because an error is
// never a pass.
func (r *Report) Fails(f Finding) bool {
	switch {
	case !f.Failed():
		return false
	case f.Severity == matrix.Warning:
		return f.Verdict == matrix.Undetermined || r.Asked.FailOn == matrix.Warning
	default:
		return f.Severity == matrix.Error
	}
}
