// SPDX-License-Identifier: Apache-2.0

package probe

import "github.com/flux-probe/flux-probe/matrix"

// Pending returns the findings of m before anything is asked: one for each check, in order, with its
// Check and without a verdict. What a check has observed is known already and filled in.
func Pending(m *matrix.Matrix) []Finding {
	findings := make([]Finding, len(m.Checks))
	for i, c := range m.Checks {
		f := Judge(c, nil)
		f.Verdict, f.Reason, f.Via, f.Hint, f.Waiver = "", "", "", "", matrix.Share(Waiver{})
		f.Index = i
		findings[i] = f
	}
	return findings
}

// Matrix returns the checks that findings were judged from, in order: what has to be asked to judge
// them again. Findings of a saved report have none and are left out.
func Matrix(findings []Finding) *matrix.Matrix {
	m := &matrix.Matrix{Checks: make([]matrix.Check, 0, len(findings))}
	for _, f := range findings {
		if f.Check != nil {
			m.Checks = append(m.Checks, f.Check)
		}
	}
	return m
}

// Unasked reports whether f is undetermined because the run ended before its reviews were answered.
func Unasked(f Finding) bool {
	return f.Verdict == matrix.Undetermined && f.Reason == Answer{}.Reason()
}

// judged returns f, undetermined if it is still pending.
func judged(f Finding) Finding {
	if f.Verdict != "" {
		return f
	}
	if f.Check == nil {
		f.Verdict, f.Reason = matrix.Undetermined, Answer{}.Reason()
		return f
	}
	index := f.Index
	f = Judge(f.Check, nil)
	f.Index = index
	return f
}
