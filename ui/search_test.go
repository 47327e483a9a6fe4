// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestSearch(t *testing.T) {
	f := probe.Finding{
		Section: "tenants", Code: "FP401", Severity: matrix.Error, Verdict: matrix.Missing, Want: matrix.Allow,
		Subject: matrix.ServiceAccount("shop", "reconciler"), Access: &matrix.Access{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "shop"},
		Because: "Kustomization shop/shop cannot prune Deployment shop/web", Origin: matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "shop", Name: "shop"}),
	}
	for text, want := range map[string]bool{
		"": true, "shop delete missing": true, "ERROR": true, "kustomization/shop": true, "deployments.apps prune": true, "!pass": true, "shop !billing": true,
		"excess": false, "shop delete excess": false, "shop !missing": false, "!": true, "warning": false,
	} {
		if got := NewSearch(text).Match(&f); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

func TestSearchProblems(t *testing.T) {
	findings := []probe.Finding{{}, {Code: "FP401", Verdict: matrix.Missing, Subject: matrix.ServiceAccount("billing", "reconciler")}}
	x := probe.Problem{
		Severity: matrix.Error, Title: "Kustomization billing/billing cannot be reconciled", Checks: []int{1, 9},
		Cause: probe.Cause{Kind: "RoleBinding", Namespace: "billing", Name: "deployer", Field: "subjects[0].name", Was: "reconcilier", Want: "reconciler"},
	}
	for text, want := range map[string]bool{
		"": true, "billing cannot": true, "reconcilier": true, "rolebinding/deployer": true, "FP401 missing": true, "!shop": true,
		"shop": false, "billing !missing": false,
	} {
		if got := NewSearch(text).MatchProblem(&x, findings); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
