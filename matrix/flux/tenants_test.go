// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// tenancy are the codes of the sections that are about tenants.
var tenancy = []string{"FP3", "FP4", "FP5", "FP6", "FP7", "FP8"}

func TestTenants(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, l *fluxtest.Lab)
		want   []string // besides fluxtest.UsualFailures
	}{
		{name: "as documented"},
		{
			name: "the platform's Kustomization names no account",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				delete(l.Objects[1].Fields["spec"].(map[string]any), "serviceAccountName")
			},
			want: []string{
				"FP302 missing warning flux-system/default Kustomization flux-system/flux-system spec.serviceAccountName",
				"FP804 missing error flux-system/default Kustomization flux-system/flux-system spec.serviceAccountName",
			},
		},
		{
			name: "no impersonation",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Role("", "applies", "get,create,patch,delete|*|*")
				l.Bindings[0].RoleRef.Name = "applies"
			},
			want: []string{
				"FP301 missing error flux-system/kustomize-controller impersonate serviceaccounts in apps",
				"FP301 missing error flux-system/kustomize-controller impersonate serviceaccounts in flux-system",
			},
		},
		{
			name: "the account is gone, its binding is not",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.ServiceAccounts = slices.DeleteFunc(l.ServiceAccounts, func(a snapshot.ServiceAccount) bool { return a.Name == "dev-team" })
			},
			want: []string{"FP302 missing warning apps/dev-team Kustomization apps/dev-team spec.serviceAccountName"},
		},
		{
			name: "a chart with a Role that it cannot escalate",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Account("team", "deployer", "")
				l.AddNamespace("team", nil)
				l.Role("", "edits", "get,list,create,update,patch,delete||configmaps,secrets", "get,create,patch,delete|rbac.authorization.k8s.io|roles,rolebindings")
				l.Bind("team", "deploys", "edits", "team/deployer")
				l.Role("team", "narrow", "get||configmaps")
				l.Role("team", "broad", "get||pods")
				l.Bind("team", "broad", ".broad", "team/x")
				l.Object(t, "HelmRelease", "team", "chart", `{spec: {serviceAccountName: deployer}, status: {inventory: {entries: [
					{id: team_narrow_rbac.authorization.k8s.io_Role}, {id: team_broad_rbac.authorization.k8s.io_Role}, {id: team_broad_rbac.authorization.k8s.io_RoleBinding}]}}}`)
			},
			want: []string{
				"FP404 missing error team/deployer escalate roles.rbac.authorization.k8s.io in team",
				"FP404 missing error team/deployer bind roles.rbac.authorization.k8s.io in team",
			},
		},
		{
			name: "a chart with objects at the cluster scope",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "apps", "chart", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: _x_rbac.authorization.k8s.io_ClusterRole}]}}}`)
				l.Role("", "x", "get||pods")
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
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "Kustomization", "apps", "ns", `{spec: {serviceAccountName: dev-team, prune: true}, status: {inventory: {entries: [{id: _apps__Namespace}]}}}`)
			},
			want: []string{"FP401 missing info apps/dev-team create namespaces in "}, // its own Namespace is never created by it
		},
		{
			name: "another Namespace in the inventory holds no binding before it is there",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.AddNamespace("new", nil)
				l.Bind("new", "b", "cluster-admin", "apps/dev-team")
				l.Object(t, "Kustomization", "apps", "ns", `{spec: {serviceAccountName: dev-team, prune: true}, status: {inventory: {entries: [{id: _new__Namespace}]}}}`)
			},
			want: []string{
				"FP401 missing error apps/dev-team create namespaces in ",
				"FP506 excess error apps/dev-team * *.* in new",
			},
		},
		{
			name: "a Namespace in which it has no permissions",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "apps", "chart", `{spec: {serviceAccountName: dev-team, targetNamespace: new, install: {createNamespace: true}}}`)
			},
			want: []string{
				"FP401 missing error apps/dev-team patch namespaces in new",
				"FP401 missing error apps/dev-team create namespaces in ",
			},
		},
		{
			name: "a kind that is gone is not asked about",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "Kustomization", "apps", "gone", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: apps_x_example.com_Gone}]}}}`)
			},
		},
		{
			name: "another cluster is not asked about",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "Kustomization", "apps", "remote", `{spec: {serviceAccountName: nobody, kubeConfig: {secretRef: {name: x}}}, status: {inventory: {entries: [{id: far_web_apps_Deployment}]}}}`)
			},
		},
		{
			name:   "the binding is in the wrong namespace",
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Bindings[len(l.Bindings)-1].Namespace = "kube-public" },
			want:   append(slices.Clone(withoutBinding), "FP506 excess error apps/dev-team * *.* in kube-public"),
		},
		{
			name:   "the binding is for the wrong account",
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Bindings[len(l.Bindings)-1].Subjects[0].Name = "dev" },
			want:   withoutBinding,
		},
		{
			name: "permissions on these names alone are enough",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Role("apps", "named", "get,create,patch,delete|apps|deployments|web", "get,create,patch,delete||services|web")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "named"
			},
			want: []string{"-"},
		},
		{
			name: "an apply goes on without reading the object",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Objects[0].Fields["spec"].(map[string]any)["prune"] = false
				l.Role("apps", "unread", "patch,create,delete|apps|deployments", "patch,create,delete||services")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "unread"
			},
			want: []string{
				"-",
				"FP401 missing info apps/dev-team get deployments.apps in apps",
				"FP401 missing info apps/dev-team get services in apps",
			},
		},
		{
			name: "pruning cannot read the object",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Objects[0].Fields["spec"].(map[string]any)["prune"] = true
				l.Role("apps", "unread", "patch,create,delete|apps|deployments", "patch,create,delete||services")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "unread"
			},
			want: []string{
				"-",
				"FP401 missing error apps/dev-team get deployments.apps in apps",
				"FP401 missing error apps/dev-team get services in apps",
			},
		},
		{
			name: "health cannot be read",
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Objects[0].Fields["spec"].(map[string]any)["wait"] = true
				l.Role("apps", "narrow", "get,create,patch,delete|apps|deployments", "get,create,patch,delete||services")
				l.Bindings[len(l.Bindings)-1].RoleRef.Kind, l.Bindings[len(l.Bindings)-1].RoleRef.Name = "Role", "narrow"
			},
			want: []string{
				"-",
				"FP403 missing warning apps/dev-team list replicasets.apps in apps",
				"FP403 missing warning apps/dev-team list pods in apps",
			},
		},
		{
			name: "a refusal that was reported, and one that is allowed by now",
			change: func(t *testing.T, l *fluxtest.Lab) {
				l.Object(t, "HelmRelease", "apps", "new", `{spec: {serviceAccountName: dev-team}, status: {conditions: [{type: Ready, status: "False", message: "failed: persistentvolumes \"x\" is forbidden: User \"system:serviceaccount:apps:dev-team\" cannot patch resource \"persistentvolumes\" in API group \"\" at the cluster scope; pods is forbidden: User \"system:serviceaccount:apps:dev-team\" cannot create resource \"pods\" in API group \"\" in the namespace \"apps\""}]}}`)
			},
			want: []string{"FP405 missing error apps/dev-team patch persistentvolumes in "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := fluxtest.Tenant(t)
			if test.change != nil {
				test.change(t, l)
			}
			want := slices.Clone(fluxtest.UsualFailures)
			if len(test.want) > 0 && test.want[0] == "-" {
				want, test.want = nil, test.want[1:]
			}
			if strings.HasPrefix(test.name, "the binding is") {
				want = nil
			}
			want = append(want, test.want...)
			got := fluxtest.Failures(probeAll(t, l), tenancy...)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

// withoutBinding is what an account without any binding cannot do.
var withoutBinding = []string{
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
	l := fluxtest.Tenant(t)
	l.Object(t, "Kustomization", "apps", "gone", `{spec: {serviceAccountName: dev-team}, status: {inventory: {entries: [{id: apps_x_example.com_Gone}, {id: nonsense}]}}}`)
	l.Object(t, "Kustomization", "apps", "remote", `{spec: {kubeConfig: {secretRef: {name: x}}}}`)
	l.Args("helm-controller")
	l.Object(t, "HelmRelease", "apps", "itself", `{}`)
	l.Unread = map[string]string{"serviceaccounts": "forbidden"}
	var got []string
	for _, g := range flux.Derive(l.Model(), flux.Options{}).NotAsked {
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
	l := fluxtest.Tenant(t)
	l.AddNamespace("other", nil)
	l.Account("other", "x", "x")
	for _, c := range flux.Derive(l.Model(), flux.Options{}).Checks {
		if c.Meta().Severity == "" {
			t.Errorf("a check %s has no severity", c.Meta().Code)
		}
	}
	l.Namespace = "apps"
	for _, c := range flux.Derive(l.Model(), flux.Options{}).Checks {
		e := c.Meta()
		about := e.Subject.Get().Namespace == "apps" || e.Origin.Get().Namespace == "apps"
		if e.Section != "controllers" && e.Section != "reconcilers" && !about {
			t.Errorf("%s is about %s and %s, not about namespace apps", e.Code, e.Subject.Get(), e.Origin.Get())
		}
	}
}

// probeAll probes all sections about tenants.
func probeAll(t *testing.T, l *fluxtest.Lab) []probe.Finding {
	t.Helper()
	return l.Probe(t, flux.Derive(l.Model(), flux.Options{}).Only(func(section string) bool {
		return section != "controllers" && section != "reconcilers"
	}))
}
