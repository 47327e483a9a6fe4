// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sampled probes once more, asking a sample only: the findings have to be the same, one by one, but for who answered
// and for the reason, which names one binding where several grant the access.
func sampled(t *testing.T, full []probe.Finding, flags ...string) {
	t.Helper()
	report := reported(t, append(flags, "--sample=3")...)
	sample := report.Asked.Sample
	switch {
	case sample == nil:
		t.Error("the report of a sampled run does not say so")
		return
	case sample.Widened != "":
		t.Errorf("everything was asked, because %s", sample.Widened)
	case sample.Asked >= sample.Of && sample.Of > 1000:
		t.Errorf("%d of %d reviews were asked", sample.Asked, sample.Of)
	}
	if len(report.Findings) != len(full) {
		t.Errorf("%d findings with a sample, %d without", len(report.Findings), len(full))
		return
	}
	for i, f := range report.Findings {
		if want := full[i]; f.Verdict != want.Verdict || f.Key() != want.Key() || f.Via != want.Via {
			t.Errorf("with a sample: %s\nwithout: %s", line(f), line(want))
		}
		if f.AnsweredBy != "" && (f.Verdict != matrix.Pass || f.Want == "") {
			t.Errorf("answered by %s: %s", f.AnsweredBy, line(f))
		}
	}
}
