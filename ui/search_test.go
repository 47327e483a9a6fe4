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
