// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// TestGapsAreNotSuccess wants what could not be read to keep a run from passing, unless it was left out by
// choice or its refusal is accepted. A failure stays one.
func TestGapsAreNotSuccess(t *testing.T) {
	pass := Finding{Verdict: matrix.Pass, Severity: matrix.Error}
	failed := Finding{Verdict: matrix.Missing, Severity: matrix.Error}
	for _, test := range []struct {
		name    string
		gap     matrix.Gap
		finding Finding
		want    Result
	}{
		{"chosen", matrix.Gap{Kind: matrix.Chosen}, pass, ResultPass},
		{"without a kind", matrix.Gap{}, pass, ResultPass},
		{"forbidden", matrix.Gap{Kind: matrix.Forbidden}, pass, ResultUndetermined},
		{"forbidden and accepted", matrix.Gap{Kind: matrix.Forbidden, Accepted: "by design"}, pass, ResultPass},
		{"broken", matrix.Gap{Kind: matrix.Broken}, pass, ResultUndetermined},
		{"broken is never accepted", matrix.Gap{Kind: matrix.Broken, Accepted: "by design"}, pass, ResultUndetermined},
		{"broken beside a failure", matrix.Gap{Kind: matrix.Broken}, failed, ResultFail},
	} {
		r := &Report{NotAsked: []matrix.Gap{test.gap}}
		r.Complete([]Finding{test.finding})
		if r.Summary.Result != test.want {
			t.Errorf("%s: the result is %s, want %s", test.name, r.Summary.Result, test.want)
		}
	}
}
