// SPDX-License-Identifier: Apache-2.0

package paths_test

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	fluxpaths "github.com/flux-probe/flux-probe/matrix/flux/paths"
	"github.com/flux-probe/flux-probe/probe/paths"
)

var dev = matrix.ServiceAccount("apps", "dev-team")

// well returns a well-bound tenant in a locked down Flux, with another tenant beside it.
func well(t testing.TB) *fluxtest.Lab {
	l := fluxtest.Tenant(t)
	l.AddNamespace("other", map[string]string{"toolkit.fluxcd.io/tenant": "other"})
	l.Account("other", "reconciler", "other")
	l.Bind("other", "b", "cluster-admin", "other/reconciler")
	l.Object(t, "GitRepository", "flux-system", "flux-system", `{spec: {secretRef: {name: deploy-key}}}`)
	l.Object(t, "Kustomization", "flux-system", "infra",
		`{spec: {serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}, postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}}}`)
	return l
}

func find(t testing.TB, l *fluxtest.Lab, o fluxpaths.Options) *paths.Report {
	t.Helper()
	q := fluxpaths.Build(l.Model(), o).Question()
	q.Reviewer = l
	r, err := paths.Find(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func way(r *paths.Report, goal string) string {
	for _, p := range r.Paths {
		if p.From == dev && p.Goal == goal {
			var hops []string
			for _, h := range p.Hops {
				hops = append(hops, h.Access.String())
			}
			return strings.Join(hops, " > ")
		}
	}
	return ""
}

// TestEveryStep wants the path to cluster-admin by each kind of step, none without the grant, and the grant as the cut.
func TestEveryStep(t *testing.T) {
	for _, test := range []struct {
		name, namespace string // "" binds in the whole cluster
		rules           []string
		goal, want      string
	}{
		{"nothing", "flux-system", []string{"get||pods"}, paths.ClusterAdmin, ""},
		{"token, by name", "flux-system", []string{"create||serviceaccounts/token|kustomize-controller"}, paths.ClusterAdmin, "create serviceaccounts/token kustomize-controller in flux-system > * *.*"},
		{"token of another", "flux-system", []string{"create||serviceaccounts/token|source-watcher"}, paths.ClusterAdmin, "create serviceaccounts/token source-watcher in flux-system > patch mutatingwebhookconfigurations.admissionregistration.k8s.io"},
		{"impersonate", "", []string{"impersonate||serviceaccounts"}, paths.ClusterAdmin, "impersonate serviceaccounts > * *.*"},
		{"masters", "", []string{"impersonate||users|nobody", "impersonate||groups|system:masters"}, paths.ClusterAdmin, "impersonate users nobody > impersonate groups system:masters"},
		{"masters with an account of its own", "", []string{"impersonate||groups|system:masters"}, paths.ClusterAdmin, "impersonate serviceaccounts in apps > impersonate groups system:masters"},
		{"pod", "flux-system", []string{"create||pods"}, paths.ClusterAdmin, "create pods in flux-system > * *.*"},
		{"workload", "flux-system", []string{"patch|apps|deployments|source-controller"}, paths.ClusterAdmin, "patch deployments.apps source-controller in flux-system > * *.*"},
		{"exec", "flux-system", []string{"create||pods/exec"}, paths.ClusterAdmin, "create pods/exec in flux-system > * *.*"},
		{"binding", "", []string{"bind|rbac.authorization.k8s.io|clusterroles", "create|rbac.authorization.k8s.io|clusterrolebindings"}, paths.ClusterAdmin,
			"bind clusterroles.rbac.authorization.k8s.io > create clusterrolebindings.rbac.authorization.k8s.io"},
		{"binding without bind", "", []string{"create|rbac.authorization.k8s.io|clusterrolebindings"}, paths.ClusterAdmin, ""},
		{"binding of a weak role", "", []string{"bind|rbac.authorization.k8s.io|clusterroles|weak", "create|rbac.authorization.k8s.io|clusterrolebindings"}, paths.ClusterAdmin, ""},
		{"binding there", "flux-system", []string{"bind|rbac.authorization.k8s.io|clusterroles", "create|rbac.authorization.k8s.io|rolebindings"}, paths.ClusterAdmin,
			"bind clusterroles.rbac.authorization.k8s.io in flux-system > create rolebindings.rbac.authorization.k8s.io in flux-system > * *.*"},
		{"escalate", "", []string{"escalate|rbac.authorization.k8s.io|clusterroles|r", "patch|rbac.authorization.k8s.io|clusterroles|r"}, paths.ClusterAdmin,
			"escalate clusterroles.rbac.authorization.k8s.io r > patch clusterroles.rbac.authorization.k8s.io r"},
		{"escalate another role", "", []string{"escalate|rbac.authorization.k8s.io|clusterroles|weak", "patch|rbac.authorization.k8s.io|clusterroles|weak"}, paths.ClusterAdmin, ""},
		{"Kustomization", "flux-system", []string{"patch|kustomize.toolkit.fluxcd.io|kustomizations"}, paths.ClusterAdmin, "patch kustomizations.kustomize.toolkit.fluxcd.io in flux-system > * *.*"},
		{"source", "flux-system", []string{"patch|source.toolkit.fluxcd.io|gitrepositories|flux-system"}, paths.ClusterAdmin, "patch gitrepositories.source.toolkit.fluxcd.io flux-system in flux-system > * *.*"},
		{"source that nothing applies", "flux-system", []string{"patch|source.toolkit.fluxcd.io|gitrepositories|idle"}, paths.ClusterAdmin, ""},
		{"substituted", "flux-system", []string{"update||configmaps|vars"}, paths.ClusterAdmin, "update configmaps vars in flux-system > * *.*"},
		{"not substituted", "flux-system", []string{"update||configmaps|other"}, paths.ClusterAdmin, ""},
		{"token in a Secret", "flux-system", []string{"create,get||secrets"}, paths.ClusterAdmin, "create secrets in flux-system > get secrets in flux-system > * *.*"},
		{"constrained", "", []string{"impersonate:serviceaccount|authentication.k8s.io|serviceaccounts|kustomize-controller", "impersonate-on:serviceaccount:create||pods"}, paths.ClusterAdmin,
			"impersonate:serviceaccount serviceaccounts.authentication.k8s.io kustomize-controller > impersonate-on:serviceaccount:create pods > * *.*"},
		{"constrained to read", "", []string{"impersonate:serviceaccount|authentication.k8s.io|serviceaccounts|kustomize-controller", "impersonate-on:serviceaccount:get||pods"}, paths.ClusterAdmin, ""},
		{"Secrets", "", []string{"list||secrets"}, paths.Secrets, "list secrets"},
		{"a tenant's Secrets", "other", []string{"get||secrets|key"}, paths.Tenant, "get secrets key in other"},
		{"a tenant's token", "other", []string{"create||serviceaccounts/token"}, paths.Tenant, "create serviceaccounts/token in other"},
		{"receivers", "flux-system", []string{"patch|notification.toolkit.fluxcd.io|receivers"}, paths.Platform, "patch receivers.notification.toolkit.fluxcd.io in flux-system"},
		{"deploy key", "flux-system", []string{"get||secrets|deploy-key"}, paths.Platform, "get secrets deploy-key in flux-system"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := well(t)
			l.Role("", "weak", "get||pods")
			l.Role("", "r", test.rules...)
			l.Bind(test.namespace, "planted", "r", "apps/dev-team")
			r := find(t, l, fluxpaths.Options{From: dev, To: test.goal})
			if got := way(r, test.goal); got != test.want {
				t.Fatalf("%q, want %q", got, test.want)
			}
			for _, c := range r.Cuts {
				if !c.Proven || !c.Minimum || len(c.Remove) != 1 || !strings.Contains(c.Remove[0], "ClusterRole r ") {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

func TestWellBound(t *testing.T) {
	if r := find(t, well(t), fluxpaths.Options{}); len(r.Paths) != 0 {
		t.Errorf("%+v", r.Paths)
	}
}

// TestWithoutLockdown wants the flag as the cut, where controllers apply as themselves what names no account.
func TestWithoutLockdown(t *testing.T) {
	l := well(t)
	l.Args("kustomize-controller")
	r := find(t, l, fluxpaths.Options{To: paths.ClusterAdmin})
	want := "set --default-service-account on Deployment flux-system/kustomize-controller"
	if len(r.Paths) != 2 || len(r.Cuts[0].Remove) != 1 || r.Cuts[0].Remove[0] != want || !r.Cuts[0].Proven {
		t.Errorf("%+v", r)
	}
}
