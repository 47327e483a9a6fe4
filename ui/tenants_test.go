// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// about are findings about the account of a Kustomization in its namespace.
func about(namespace, account, object string, needs probe.Answer) []probe.Finding {
	who := namespace + "/" + account
	from := matrix.Origin{Kind: "Kustomization", Namespace: namespace, Name: object}
	configmaps := matrix.Attributes{Resource: "configmaps", Namespace: namespace}
	all := asked("impersonation", "FP301", "flux-system/kustomize-controller",
		matrix.Attributes{Resource: "serviceaccounts", Namespace: namespace, Name: account}, "impersonate", matrix.Allow, yes)
	all = append(all, settled("impersonation", "FP302", matrix.Info, matrix.Pass, matrix.ServiceAccount(namespace, account), "the ServiceAccount exists", "it is impersonated"))
	all = append(all, asked("tenants", "FP401", who, configmaps, "get patch create delete", matrix.Allow, needs)...)
	all = append(all, asked("isolation", "FP501", who, matrix.Attributes{Resource: "secrets", Namespace: "flux-system"}, "get list", matrix.Deny, no)...)
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
	own := asked("isolation", "FP504", "shop/shop", matrix.Attributes{Resource: "namespaces", Namespace: "shop", Name: "shop"}, "patch", matrix.Deny, yes)
	own[0].Severity = matrix.Warning
	all = append(all, own...)
	exception := asked("references", "FP601", "shop/shop", matrix.Attributes{Group: "source.toolkit.fluxcd.io", Resource: "gitrepositories", Namespace: "apps"}, "get", matrix.Allow, no)
	exception[0].Verdict = matrix.Exception
	all = append(all, exception...)
	blocked := settled("references", "FP602", matrix.Error, matrix.Missing, matrix.ServiceAccount("flux-system", "kustomize-controller"), "--no-cross-namespace-refs is set", "")
	blocked.Origin = matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web", Field: "spec.sourceRef"}
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
	var b bytes.Buffer
	if err := Write(&b, "table", manyTenantsReport(), Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "many-tenants.table", b.Bytes())
}
