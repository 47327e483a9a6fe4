// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"cmp"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// APIVersion and ReportKind identify the Report document. Its fields are only ever added.
const (
	APIVersion = "flux-probe/v1alpha1"
	ReportKind = "Report"
)

// Report is what a finished run says: the one document that every output is a view of.
type Report struct {
	APIVersion  string       `json:"apiVersion"`
	Kind        string       `json:"kind"`
	Source      Source       `json:"source,omitempty"`
	Cluster     Cluster      `json:"cluster"`
	Flux        []Flux       `json:"flux"`
	ProbedAs    string       `json:"probedAs"` // the user name of who asked
	Profile     string       `json:"profile"`
	Interrupted bool         `json:"interrupted,omitempty"` // the run was ended before all was asked
	Summary     Summary      `json:"summary"`
	NotAsked    []matrix.Gap `json:"notAsked,omitempty"`
	Findings    []Finding    `json:"findings"`
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

// Summary counts findings. Missing, Excess and Undetermined count those of severity error; Warnings
// counts every failed finding of severity warning.
type Summary struct {
	Checks       int    `json:"checks"`
	Reviews      int    `json:"reviews"` // distinct reviews that were asked
	Pass         int    `json:"pass"`
	Missing      int    `json:"missing"`
	Excess       int    `json:"excess"`
	Undetermined int    `json:"undetermined"`
	Exception    int    `json:"exception"`
	Waived       int    `json:"waived"`
	Warnings     int    `json:"warnings"`
	Result       Result `json:"result"`
}

// Add counts f. Result is settled by Finish.
func (s *Summary) Add(f Finding) { s.count(f, 1) }

// Remove takes f out of the counts, as when it is asked again.
func (s *Summary) Remove(f Finding) { s.count(f, -1) }

func (s *Summary) count(f Finding, n int) {
	s.Checks += n
	switch {
	case f.Verdict == matrix.Pass:
		s.Pass += n
	case f.Verdict == matrix.Exception:
		s.Exception += n
	case f.Verdict == matrix.Waived:
		s.Waived += n
	case f.Severity == matrix.Warning && f.Failed():
		s.Warnings += n
	case f.Severity != matrix.Error:
	case f.Verdict == matrix.Missing:
		s.Missing += n
	case f.Verdict == matrix.Excess:
		s.Excess += n
	case f.Verdict == matrix.Undetermined:
		s.Undetermined += n
	}
}

// Finish settles Result: fail when an expectation of severity error failed (or of severity warning,
// with failOnWarning), else undetermined when an answer is missing or nothing was checked at all.
func (s *Summary) Finish(failOnWarning bool) {
	switch {
	case s.Missing+s.Excess > 0, failOnWarning && s.Warnings > 0:
		s.Result = ResultFail
	case s.Undetermined > 0, s.Checks == 0:
		s.Result = ResultUndetermined
	default:
		s.Result = ResultPass
	}
}

// Complete makes the report of findings: in the order of the matrix, counted, with the result.
// Reviews, Interrupted and the rest are the caller's.
func (r *Report) Complete(findings []Finding, failOnWarning bool) {
	r.APIVersion, r.Kind = APIVersion, ReportKind
	r.Findings = slices.SortedStableFunc(slices.Values(findings), func(a, b Finding) int { return cmp.Compare(a.Index, b.Index) })
	reviews := r.Summary.Reviews
	r.Summary = Summary{Reviews: reviews}
	for _, f := range r.Findings {
		r.Summary.Add(f)
	}
	r.Summary.Finish(failOnWarning)
}
