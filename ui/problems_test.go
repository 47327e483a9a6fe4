// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// faulty is a report with two problems.
func faulty() *probe.Report {
	account := matrix.ServiceAccount("billing", "reconciler")
	access := &matrix.Access{Verb: "get", Resource: "configmaps", Namespace: "billing"}
	origin := matrix.Origin{Kind: "Kustomization", Namespace: "billing", Name: "billing", Field: "status.inventory"}
	r := &probe.Report{Problems: []probe.Problem{
		{
			ID: "d59a2200d521", Severity: matrix.Error, Title: "Kustomization billing/billing cannot be reconciled: RoleBinding billing/deployer names another account",
			Effect: []string{"Kustomization billing/billing fails now, without: get configmaps in billing"},
			Cause:  probe.Cause{Kind: "RoleBinding", Namespace: "billing", Name: "deployer", Field: "subjects[0].name", Was: "reconcilier", Want: "reconciler"},
			Fix: probe.Fix{
				Summary: "In RoleBinding billing/deployer, change subjects[0].name from reconcilier to reconciler",
				Patch:   "--- RoleBinding billing/deployer\n+++ RoleBinding billing/deployer\n@@ -11,2 +11,2 @@\n-  name: reconcilier\n+  name: reconciler\n   namespace: billing\n", Commands: []string{"kubectl -n billing patch rolebinding deployer"},
			},
			Proof: probe.Proof{Passes: 1}, Owner: probe.Owner{Kind: "Kustomization", Namespace: "flux-system", Name: "tenants", File: "tenants/billing.yaml", Line: 7}, Checks: []int{0},
		},
		{
			ID: "dbb226dd91c5", Severity: matrix.Warning, Title: "Deployment flux-system/shard lacks --no-cross-namespace-refs", Effect: []string{"the lockdown needs it"},
			Cause:  probe.Cause{Kind: "Deployment", Namespace: "flux-system", Name: "shard", Field: "--no-cross-namespace-refs", Want: "--no-cross-namespace-refs=true"},
			Fix:    probe.Fix{Summary: "Add --no-cross-namespace-refs=true to the args of Deployment flux-system/shard", Commands: []string{}},
			Checks: []int{1, 99},
		},
	}}
	r.Complete([]probe.Finding{
		{Section: "tenants", Code: "FP401", Verdict: matrix.Missing, Severity: matrix.Error, Subject: account, Access: access, Want: matrix.Allow, Because: "it applies it", Origin: matrix.Share(origin)},
		{Section: "lockdown", Code: "FP801", Verdict: matrix.Missing, Severity: matrix.Warning, Because: "the lockdown needs it", Observed: "it is not set", Index: 1},
	})
	return r
}

func TestProblems(t *testing.T) {
	for _, format := range []string{"table", "wide", "markdown", "github", "json", "name", "junit"} {
		var b bytes.Buffer
		if err := Write(&b, format, faulty(), Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		golden(t, "problems."+format, b.Bytes())
	}
}

// A saved report keeps its problems, with the line breaks of their patches and without control characters.
func TestProblemsAreReadBack(t *testing.T) {
	for _, format := range []string{"json", "yaml"} {
		var b bytes.Buffer
		want := faulty()
		if err := Write(&b, format, want, Options{}); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Problems, want.Problems) {
			t.Errorf("%s: got %+v, want %+v", format, got.Problems, want.Problems)
		}
	}
	evil := faulty()
	evil.Problems[0].Fix.Patch = "+ a\x1b[31m\n  b\u202e\n"
	var b bytes.Buffer
	if err := Write(&b, "json", evil, Options{}); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if patch := got.Problems[0].Fix.Patch; patch != "+ a[31m\n  b\n" {
		t.Errorf("patch %q", patch)
	}
}

// The table ends with the worst problem and the summary.
func TestTheWorstProblemIsLast(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, "table", faulty(), Options{}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if first, last := strings.Index(text, "2/2 warning"), strings.Index(text, "1/2 Kustomization"); first < 0 || last < first {
		t.Errorf("%s", text)
	}
}
