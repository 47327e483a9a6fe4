// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// about are findings about the account of a Kustomization in its namespace.
func about(namespace, account, object string, needs probe.Answer) []probe.Finding {
	who := namespace + "/" + account
	from := matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: namespace, Name: object})
	configmaps := matrix.Access{Resource: "configmaps", Namespace: namespace}
	all := asked("impersonation", "FP301", "flux-system/kustomize-controller",
		matrix.Access{Resource: "serviceaccounts", Namespace: namespace, Name: account}, "impersonate", matrix.Allow, yes)
	all = append(all, observed("impersonation", "FP302", matrix.Info, matrix.Pass, matrix.ServiceAccount(namespace, account), "the ServiceAccount exists", "it is impersonated"))
	all = append(all, asked("tenants", "FP401", who, configmaps, "get patch create delete", matrix.Allow, needs)...)
	all = append(all, asked("isolation", "FP501", who, matrix.Access{Resource: "secrets", Namespace: "flux-system"}, "get list", matrix.Deny, no)...)
	for i := range all {
		all[i].Origin, all[i].Hint = from, ""
	}
	return all
}

// tenantsReport has a tenant for each way to be wrong, and one that is well.
func tenantsReport() *probe.Report {
	all := about("apps", "dev-team", "web", no)
	all = append(all, about("apps", "dev-team", "db", yes)...)
	all = append(all, about("shop", "shop", "shop", yes)...)
	own := asked("isolation", "FP504", "shop/shop", matrix.Access{Resource: "namespaces", Namespace: "shop", Name: "shop"}, "patch", matrix.Deny, yes)
	own[0].Severity = matrix.Warning
	all = append(all, own...)
	exception := asked("references", "FP601", "shop/shop", matrix.Access{Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Namespace: "apps"}, "get", matrix.Allow, no)
	exception[0].Verdict = matrix.Exception
	all = append(all, exception...)
	blocked := observed("references", "FP602", matrix.Error, matrix.Missing, matrix.ServiceAccount("flux-system", "kustomize-controller"), "--no-cross-namespace-refs is set", "")
	blocked.Origin = matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web", Field: "spec.sourceRef"})
	all = append(all, blocked)
	all = append(all, about("edge", "edge", "edge", yes)...)
	return finish(head(), all)
}

// manyTenantsReport has more tenants than the short table shows, one of them wrong.
func manyTenantsReport() *probe.Report {
	var all []probe.Finding
	for i := range manyTenants + 5 {
		answer := yes
		if i == 7 {
			answer = no
		}
		all = append(all, about(fmt.Sprintf("team-%02d", i), "reconciler", "apps", answer)...)
	}
	return finish(head(), all)
}

// The short table shows of many tenants those with failures.
func TestManyTenants(t *testing.T) {
	text := written(t, "table", manyTenantsReport(), Options{})
	for _, want := range []string{
		"\n  team-07    reconciler  1           ✓ 2            ✗ 4 of 4  ✓ 2\n  … 24 more accounts without failures (-o wide)\n\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if strings.Contains(text, "team-08") || strings.Count(written(t, "wide", manyTenantsReport(), Options{}), "team-08    reconciler") != 1 {
		t.Error("the wide table alone has the accounts without failures")
	}
}

// An account that only a controller's report of a refusal names does not reconcile.
func TestReportedRefusalsMakeNoTenants(t *testing.T) {
	refusal := asked("tenants", "FP405", "flux-system/kustomize-controller", matrix.Access{Resource: "secrets", Namespace: "apps"}, "get", matrix.Allow, no)
	refusal[0].Origin = matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web", Field: "status.conditions[Ready]"})
	r := finish(head(), append(about("apps", "dev-team", "web", yes), refusal...))
	if rows := tenantsOf(r); len(rows) != 1 || rows[0].cells[needs].counts.Missing != 1 || len(rows[0].objects) != 1 {
		t.Errorf("want the refusal with the account of its object: %+v", rows)
	}
}
