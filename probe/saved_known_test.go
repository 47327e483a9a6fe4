// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"encoding/json"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// Earlier versions called waived what a baseline accepts; a person's waiver stays one.
func TestKnownOfEarlierVersions(t *testing.T) {
	for _, version := range []string{APIVersion, SavedVersion} {
		data := `{"apiVersion": "` + version + `", "kind": "Report", "summary": {"checks": 2, "waived": 2}, "findings": [
			{"code": "FP101", "verdict": "waived", "severity": "error", "waiver": {"reason": "it is in the baseline base.json", "was": "missing"}},
			{"code": "FP101", "verdict": "waived", "severity": "error", "waiver": {"reason": "it is in the baseline of us", "owner": "me", "was": "missing"}}]}`
		var r Report
		if err := json.Unmarshal([]byte(data), &r); err != nil {
			t.Fatal(err)
		}
		if r.Findings[0].Verdict != matrix.InBaseline || r.Findings[1].Verdict != matrix.Waived || r.Summary.Waived != 1 || r.Summary.Baseline != 1 {
			t.Errorf("%s: %s, %s, %+v", version, r.Findings[0].Verdict, r.Findings[1].Verdict, r.Summary)
		}
	}
}
