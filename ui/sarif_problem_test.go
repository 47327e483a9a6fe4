// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// A problem is one result, which keeps its fingerprint when it grows, and is suppressed once all of it is accepted.
func TestProblemsInSARIF(t *testing.T) {
	golden(t, "problems.sarif", []byte(written(t, "sarif", faulty(), Options{})))
	golden(t, "problems.openreports", []byte(written(t, "openreports", faulty(), Options{})))

	known := faulty()
	known.Findings[0] = known.Findings[0].Known(probe.Waiver{Reason: "accepted by base.json", Problem: known.Problems[0].ID})
	known.Accepted, known.Problems = known.Problems[:1], known.Problems[1:]
	known.Complete(known.Findings)
	text := written(t, "sarif", known, Options{})
	for _, want := range []string{`"problem/v1": "d59a2200d521"`, `"kind": "external"`, `"verdict": "` + string(matrix.InBaseline) + `"`} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%d times %s:\n%s", strings.Count(text, want), want, text)
		}
	}
}
