// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestPending(t *testing.T) {
	who, access := matrix.ServiceAccount("apps", "dev"), matrix.Access{Verb: "get", Resource: "secrets\x1b"}
	meta := matrix.CheckMeta{Section: "tenants", Code: "FP401", Subject: matrix.Share(who), Severity: matrix.Warning, Because: "b", Hint: "h",
		Origin: matrix.Share(matrix.Origin{Kind: "Kustomization"})}
	m := &matrix.Matrix{Checks: []matrix.Check{
		&matrix.Asked{CheckMeta: meta, Want: matrix.Allow, AnyOf: matrix.One(who, access)},
		&matrix.Observed{CheckMeta: meta, Verdict: matrix.Missing, Evidence: "it is not there"},
	}}
	common := Finding{Section: "tenants", Code: "FP401", Severity: matrix.Warning, Subject: who, Because: "b", Origin: meta.Origin}
	asked, observed := common, common
	asked.Access, asked.Want, asked.Check = &matrix.Access{Verb: "get", Resource: "secrets"}, matrix.Allow, m.Checks[0]
	observed.Observed, observed.Check, observed.Index = "it is not there", m.Checks[1], 1
	got := Pending(m)
	if diff := cmp.Diff([]Finding{asked, observed}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m, Matrix(got)); diff != "" {
		t.Errorf("the checks of the findings (-want +got):\n%s", diff)
	}
	var r Report
	r.Complete(got)
	if r.Findings[0].Verdict != matrix.Undetermined || r.Findings[1].Verdict != matrix.Missing || !r.Interrupted || r.Findings[1].Index != 1 {
		t.Errorf("completed before anything was asked: %+v", r)
	}
}
