// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// Summary counts findings. Missing, Excess and Undetermined count those of severity error; Warnings
// counts every failed finding of severity warning, UndeterminedWarnings those of them without an answer.
type Summary struct {
	Checks       int    `json:"checks"`
	Reviews      int    `json:"reviews"`           // distinct reviews that were asked
	DryRuns      int    `json:"dryRuns,omitempty"` // that were sent
	Pass         int    `json:"pass"`
	Missing      int    `json:"missing"`
	Excess       int    `json:"excess"`
	Undetermined int    `json:"undetermined"`
	Exception    int    `json:"exception"`
	Waived       int    `json:"waived"`
	Baseline     int    `json:"baseline,omitempty"` // failed, and in the baseline
	Warnings     int    `json:"warnings"`
	Problems     int    `json:"problems,omitempty"`
	Result       Result `json:"result"`

	UndeterminedWarnings int `json:"undeterminedWarnings,omitempty"`
}

// Add counts f. Finish sets the result.
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
	case f.Verdict == matrix.InBaseline:
		s.Baseline += n
	case f.Severity == matrix.Warning && f.Failed():
		s.Warnings += n
		if f.Verdict == matrix.Undetermined {
			s.UndeterminedWarnings += n
		}
	case f.Severity != matrix.Error:
	case f.Verdict == matrix.Missing:
		s.Missing += n
	case f.Verdict == matrix.Excess:
		s.Excess += n
	case f.Verdict == matrix.Undetermined:
		s.Undetermined += n
	}
}

// Finish sets Result. The run failed when a check of severity error failed, or one of severity warning
// if failOn is Warning. Else it is undetermined when a check of either severity has no answer, when
// something could not be read and so was not checked (an open gap), or when nothing was checked at all.
func (s *Summary) Finish(failOn matrix.Severity, gaps []matrix.Gap) {
	switch {
	case s.Missing+s.Excess > 0, failOn == matrix.Warning && s.Warnings > s.UndeterminedWarnings:
		s.Result = ResultFail
	case s.Undetermined+s.UndeterminedWarnings > 0, slices.ContainsFunc(gaps, matrix.Gap.Open), s.Checks == 0:
		s.Result = ResultUndetermined
	default:
		s.Result = ResultPass
	}
}
