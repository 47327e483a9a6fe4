// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
)

// tenancy are the codes of the sections that are about tenants.
var tenancy = []string{"FP3", "FP4", "FP5", "FP6", "FP7", "FP8"}

// lockdown are the arguments of the complete recipe, which each controller takes what it knows of.
var lockdown = []string{"--no-cross-namespace-refs=true", "--no-remote-bases=true", "--default-service-account=default"}

const inventory = `
spec: {serviceAccountName: dev-team, prune: true}
status:
  inventory:
    entries:
    - {id: apps_web_apps_Deployment, v: v1}
    - {id: apps_web__Service, v: v1}
`

// tenantLab is the layout of the public multi-tenancy example: tenant dev-team in apps, bound to
// cluster-admin there, a platform Kustomization that names its account, and lockdown.
func tenantLab(t testing.TB) *lab {
	l := newLab(lockdown...)
	l.namespace("apps", map[string]string{"toolkit.fluxcd.io/tenant": "dev-team"})
	l.account("apps", "dev-team", "dev-team")
	l.bind("apps", "gotk-reconciler", "cluster-admin", "apps/dev-team")
	l.object(t, "Kustomization", "apps", "dev-team", inventory)
	l.object(t, "Kustomization", "flux-system", "flux-system", `{spec: {serviceAccountName: kustomize-controller, prune: true}}`)
	return l
}

// relabels is what is always said of a tenant with cluster-admin in its namespace.
var relabels = []string{
	"FP504 excess warning apps/dev-team patch namespaces in apps",
	"FP505 excess info apps/dev-team impersonate serviceaccounts in apps",
	"FP505 excess info apps/dev-team create serviceaccounts/token in apps",
	"FP505 excess info apps/dev-team escalate roles.rbac.authorization.k8s.io in apps",
	"FP505 excess info apps/dev-team bind roles.rbac.authorization.k8s.io in apps",
}

func TestTenants(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, l *lab)
		want   []string // beside relabels
	}{
		{name: "as documented"},
		{
			name:   "the platform's Kustomization names no account",
			change: func(_ *testing.T, l *lab) { delete(l.Objects[1].Fields["spec"].(map[string]any), "serviceAccountName") },
			want: []string{
				"FP302 missing warning flux-system/default Kustomization flux-system/flux-system spec.serviceAccountName",
				"FP804 missing error flux-system/default Kustomization flux-system/flux-system spec.serviceAccountName",
			},
		},
		{
			name: "no impersonation",
			change: func(_ *testing.T, l *lab) {
				l.role("", "applies", "get,create,patch,delete|*|*")
				l.Bindings[0].RoleRef.Name = "applies"
			},
			want: []string{
				"FP301 missing error flux-system/kustomize-controller impersonate serviceaccounts in apps",
				"FP301 missing error flux-system/kustomize-controller impersonate serviceaccounts in flux-system",
			},
		},
		{
			name: "the account is gone, its binding is not",
			change: func(_ *testing.T, l *lab) {
				l.ServiceAccounts = slices.DeleteFunc(l.ServiceAccounts, func(a flux.ServiceAccount) bool { return a.Name == "dev-team" })
			},
			want: []string{"FP302 missing warning apps/dev-team Kustomization apps/dev-team spec.serviceAccountName"},
		},
		{
			name: "a chart with a Role that it may not escalate to",
			change: func(t *testing.T, l *lab) {
				l.account("team", "deployer", "")
				l.namespace("team", nil)
				l.role("", "edits", "get,list,create,update,patch,delete||configmaps,secrets", "get,create,patch,delete|rbac.authorization.k8s.io|roles,rolebindings")
				l.bind("team", "deploys", "edits", "team/deployer")
				l.role("team", "narrow", "get||configmaps")
				l.role("team", "broad", "get||pods")
				l.bind("team", "broad", ".broad", "team/x")
				l.object(t, "HelmRelease", "team", "chart", `{spec: {serviceAccountName: deployer}, status: {inventory: {entries: [
					{id: team_narrow_rbac.authorization.k8s.io_Role}, {id: team_broad_rbac.authorization.k8s.io_Role}, {id: team_broad_rbac.authorization.k8s.io_RoleBinding}]}}}`)
			},
			want: []string{
				"FP404 missing error team/deployer escalate roles.rbac.authorization.k8s.io in team",
				"FP404 missing error team/deployer bind roles.rbac.authorization.k8s.io in team",
			},
		},
		{
			name: "a chart with objects at the cluster scope",
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "apps", "chart", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: _x_rbac.authorization.k8s.io_ClusterRole}]}}}`)
				l.role("", "x", "get||pods")
			},
			want: []string{
				"FP401 missing error apps/dev-team get clusterroles.rbac.authorization.k8s.io in ",
				"FP401 missing error apps/dev-team patch clusterroles.rbac.authorization.k8s.io in ",
				"FP401 missing error apps/dev-team create clusterroles.rbac.authorization.k8s.io in ",
				"FP401 missing error apps/dev-team delete clusterroles.rbac.authorization.k8s.io in ",
				"FP404 missing error apps/dev-team escalate clusterroles.rbac.authorization.k8s.io in ",
			},
		},
		{
			name: "its Namespace in the inventory is governed by its own binding",
			change: func(t *testing.T, l *lab) {
				l.object(t, "Kustomization", "apps", "ns", `{spec: {serviceAccountName: dev-team, prune: true}, status: {inventory: {entries: [{id: _apps__Namespace}]}}}`)
			},
			want: []string{"FP401 missing info apps/dev-team create namespaces in "}, // what it is in is not created by it
		},
		{
			name: "another Namespace in the inventory holds no binding before it is there",
			change: func(t *testing.T, l *lab) {
				l.namespace("new", nil)
				l.bind("new", "b", "cluster-admin", "apps/dev-team")
				l.object(t, "Kustomization", "apps", "ns", `{spec: {serviceAccountName: dev-team, prune: true}, status: {inventory: {entries: [{id: _new__Namespace}]}}}`)
			},
			want: []string{"FP401 missing error apps/dev-team create namespaces in "},
		},
		{
			name: "a Namespace that it was given no rights in",
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "apps", "chart", `{spec: {serviceAccountName: dev-team, targetNamespace: new, install: {createNamespace: true}}}`)
			},
			want: []string{
				"FP401 missing error apps/dev-team patch namespaces in new",
				"FP401 missing error apps/dev-team create namespaces in ",
			},
		},
		{
			name: "a kind that is gone is not asked about",
			change: func(t *testing.T, l *lab) {
				l.object(t, "Kustomization", "apps", "gone", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: apps_x_example.com_Gone}]}}}`)
			},
		},
		{
			name: "another cluster is not asked about",
			change: func(t *testing.T, l *lab) {
				l.object(t, "Kustomization", "apps", "remote", `{spec: {serviceAccountName: nobody, kubeConfig: {secretRef: {name: x}}}, status: {inventory: {entries: [{id: far_web_apps_Deployment}]}}}`)
			},
		},
		{
			name:   "the binding is in the wrong namespace",
			change: func(_ *testing.T, l *lab) { l.Bindings[len(l.Bindings)-1].Namespace = "kube-public" },
			want:   lost,
		},
		{
			name:   "the binding is for the wrong account",
			change: func(_ *testing.T, l *lab) { l.Bindings[len(l.Bindings)-1].Subjects[0].Name = "dev" },
			want:   lost,
		},
		{
			name: "rights on these names alone suffice",
			change: func(_ *testing.T, l *lab) {
				l.role("apps", "named", "get,create,patch,delete|apps|deployments|web", "get,create,patch,delete||services|web")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "named"
			},
			want: []string{"-"},
		},
		{
			name: "health cannot be read",
			change: func(_ *testing.T, l *lab) {
				l.Objects[0].Fields["spec"].(map[string]any)["wait"] = true
				l.role("apps", "narrow", "get,create,patch,delete|apps|deployments", "get,create,patch,delete||services")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "narrow"
			},
			want: []string{
				"-",
				"FP403 missing warning apps/dev-team list replicasets.apps in apps",
				"FP403 missing warning apps/dev-team list pods in apps",
			},
		},
		{
			name: "a refusal that was reported, and one that was mended since",
			change: func(t *testing.T, l *lab) {
				l.object(t, "HelmRelease", "apps", "new", `{spec: {serviceAccountName: dev-team}, status: {conditions: [{type: Ready, status: "False", message: "failed: persistentvolumes \"x\" is forbidden: User \"system:serviceaccount:apps:dev-team\" cannot patch resource \"persistentvolumes\" in API group \"\" at the cluster scope; pods is forbidden: User \"system:serviceaccount:apps:dev-team\" cannot create resource \"pods\" in API group \"\" in the namespace \"apps\""}]}}`)
			},
			want: []string{"FP405 missing error apps/dev-team patch persistentvolumes in "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := tenantLab(t)
			if test.change != nil {
				test.change(t, l)
			}
			want := slices.Clone(relabels)
			if len(test.want) > 0 && test.want[0] == "-" {
				want, test.want = nil, test.want[1:]
			}
			if strings.HasPrefix(test.name, "the binding is") {
				want = nil
			}
			want = append(want, test.want...)
			got := failures(l.probe(t, flux.Options{}), tenancy...)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

// lost is what an account without any binding cannot do.
var lost = []string{
	"FP401 missing error apps/dev-team get deployments.apps in apps",
	"FP401 missing error apps/dev-team patch deployments.apps in apps",
	"FP401 missing error apps/dev-team create deployments.apps in apps",
	"FP401 missing error apps/dev-team delete deployments.apps in apps",
	"FP401 missing error apps/dev-team get services in apps",
	"FP401 missing error apps/dev-team patch services in apps",
	"FP401 missing error apps/dev-team create services in apps",
	"FP401 missing error apps/dev-team delete services in apps",
}

func TestNotAsked(t *testing.T) {
	l := tenantLab(t)
	l.object(t, "Kustomization", "apps", "gone", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: apps_x_example.com_Gone}, {id: nonsense}]}}}`)
	l.object(t, "Kustomization", "apps", "remote", `{spec: {kubeConfig: {secretRef: {name: x}}}}`)
	l.args("helm-controller")
	l.object(t, "HelmRelease", "apps", "itself", `{}`)
	l.Unread = map[string]string{"serviceaccounts": "forbidden"}
	var got []string
	for _, g := range flux.Derive(&l.Snapshot, flux.Options{}).NotAsked {
		if slices.Contains([]string{"impersonation", "tenants"}, g.Section) {
			got = append(got, g.What)
		}
	}
	want := []string{
		"whether the accounts that Flux impersonates exist",
		"Kustomization flux-system/flux-system",
		"Kustomization apps/gone",
		"Gone apps/x of Kustomization apps/gone",
		"Kustomization apps/remote",
		"what flux-system/helm-controller reconciles as itself, objects: 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("gaps (-want +got):\n" + diff)
	}
}

func TestNamespaceOption(t *testing.T) {
	l := tenantLab(t)
	l.namespace("other", nil)
	l.account("other", "x", "x")
	for _, e := range flux.Derive(&l.Snapshot, flux.Options{Namespace: "apps"}).Expectations {
		about := e.Subject.Namespace == "apps" || e.Origin.Namespace == "apps"
		if e.Section != "controllers" && e.Section != "reconcilers" && !about {
			t.Errorf("%s is about %s and %s, not about namespace apps", e.Code, e.Subject, e.Origin)
		}
	}
	if slices.ContainsFunc(flux.Derive(&l.Snapshot, flux.Options{}).Expectations, func(e matrix.Expectation) bool { return e.Severity == "" }) {
		t.Error("an expectation has no severity")
	}
}
