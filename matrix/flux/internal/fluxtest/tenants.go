// SPDX-License-Identifier: Apache-2.0

package fluxtest

import (
	"fmt"
	"testing"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Lockdown are the arguments of the complete recipe, of which each controller uses those that it knows.
var Lockdown = []string{"--no-cross-namespace-refs=true", "--no-remote-bases=true", "--default-service-account=default"}

const inventory = `
spec: {serviceAccountName: dev-team, prune: true}
status:
  inventory:
    entries:
    - {id: apps_web_apps_Deployment, v: v1}
    - {id: apps_web__Service, v: v1}
`

// Tenant returns the layout of the public multi-tenancy example: tenant dev-team in apps, bound to cluster-admin there,
// a platform Kustomization that names its account, and lockdown.
func Tenant(t testing.TB) *Lab {
	l := New(Lockdown...)
	l.AddNamespace("apps", map[string]string{facts.TenantLabel: "dev-team"})
	l.Account("apps", "dev-team", "dev-team")
	l.Bind("apps", "gotk-reconciler", "cluster-admin", "apps/dev-team")
	l.Object(t, "Kustomization", "apps", "dev-team", inventory)
	l.Object(t, "Kustomization", "flux-system", "flux-system", `{spec: {serviceAccountName: kustomize-controller, prune: true}}`)
	return l
}

// UsualFailures are those of every tenant that is cluster-admin in its namespace.
var UsualFailures = []string{
	"FP504 excess warning apps/dev-team patch namespaces in apps",
	"FP505 excess info apps/dev-team impersonate serviceaccounts in apps",
	"FP505 excess info apps/dev-team create serviceaccounts/token in apps",
	"FP505 excess info apps/dev-team escalate roles.rbac.authorization.k8s.io in apps",
	"FP505 excess info apps/dev-team bind roles.rbac.authorization.k8s.io in apps",
}

// Tenants returns a cluster with n tenants as in Tenant, each with 20 objects of 4 kinds.
func Tenants(t testing.TB, n int) *Lab {
	l := New(Lockdown...)
	for i := range n {
		namespace := fmt.Sprintf("team-%03d", i)
		l.AddNamespace(namespace, map[string]string{facts.TenantLabel: namespace})
		l.Account(namespace, "reconciler", namespace)
		l.Bind(namespace, "gotk-reconciler", "cluster-admin", namespace+"/reconciler")
		var entries []any
		for k := range 5 {
			for _, kind := range []string{"_ConfigMap", "_Secret", "_Service", "apps_Deployment"} {
				entries = append(entries, map[string]any{"id": fmt.Sprintf("%s_app-%d_%s", namespace, k, kind)})
			}
		}
		l.Object(t, "Kustomization", namespace, "app", "{spec: {serviceAccountName: reconciler, prune: true}}")
		l.Objects[i].Fields["status"] = map[string]any{"inventory": map[string]any{"entries": entries}}
	}
	return l
}
