// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestWaive(t *testing.T) {
	for _, tc := range []struct {
		waiver     Waiver
		got, after matrix.Verdict
	}{
		{Waiver{Reason: "known"}, matrix.Missing, matrix.Waived},
		{Waiver{Reason: "known"}, matrix.Excess, matrix.Waived},
		{Waiver{Reason: "known", Was: matrix.Excess}, matrix.Excess, matrix.Waived},
		{Waiver{Reason: "known", Was: matrix.Excess}, matrix.Missing, matrix.Missing},
		{Waiver{Reason: "known"}, matrix.Undetermined, matrix.Undetermined},
		{Waiver{Reason: "known"}, matrix.Exception, matrix.Exception},
		{Waiver{Reason: "known"}, matrix.Pass, matrix.Pass},
		{Waiver{}, matrix.Missing, matrix.Missing},
	} {
		f := Finding{Verdict: tc.got}.Waive(tc.waiver)
		if f.Verdict != tc.after || (f.Verdict == matrix.Waived) != (f.Waiver.Get().Was == tc.got) {
			t.Errorf("%s waived by %+v is %s, %+v", tc.got, tc.waiver, f.Verdict, f.Waiver)
		}
	}
	f := Finding{Verdict: matrix.Missing}.Waive(Waiver{Reason: "a\x1b[31mred\nreason", Owner: "me\x00"})
	if f.Waiver.Get().Reason != "a[31mred reason" || f.Waiver.Get().Owner != "me" {
		t.Errorf("control characters are kept: %+v", f.Waiver)
	}
}
