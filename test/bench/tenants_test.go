// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// What a run with tenants may ask: of 200 tenants with 20 objects each, and of one about its objects, of
// which there are 80 checks.
const (
	limitOf200 = 15_000
	limitOfOne = 16
	growth     = 1.1 // of five times the tenants, over five times the reviews
)

// TestTenantsCost counts what is asked about 200 tenants on a real server, each with 20 objects of 4 kinds
// and rights in its whole namespace. Of 1,000 tenants the answers are known too, and only counted: the
// reviews grow with the tenants, not with their pairs.
func TestTenantsCost(t *testing.T) {
	c := start(t)
	connection := connect(t, c)
	few := tenantsMatrix(t, c, 200, true)
	total := len(asked(t, connection.Reviewer(), few))
	perNeed := float64(len(asked(t, connection.Reviewer(), byCode(few, "FP401")))) / 200
	about := len(asked(t, connection.Reviewer(), tenancy(few)))
	known := len(asked(t, probe.ReviewerFunc(answer), tenancy(few)))
	many := len(asked(t, probe.ReviewerFunc(answer), tenancy(tenantsMatrix(t, c, 1000, false))))
	t.Logf("200 tenants: %d reviews, %d of them about tenants; 1,000 tenants: %d about them; FP401: %.1f a tenant", total, known, many, perNeed)
	if about != known {
		t.Errorf("the server was asked %d reviews about tenants, the known answers count %d", about, known)
	}
	if total >= limitOf200 {
		t.Errorf("200 tenants cost %d reviews, want fewer than %d", total, limitOf200)
	}
	if perNeed > limitOfOne {
		t.Errorf("a tenant costs %.1f reviews of FP401, want at most %d", perNeed, limitOfOne)
	}
	if grown := float64(many) / float64(known); grown > 5*growth {
		t.Errorf("five times the tenants cost %.1f times the reviews", grown)
	}
}

// answer is what the server says about the tenants of tenantsMatrix.
func answer(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	a := spec.ResourceAttributes
	own := a != nil && spec.User == "system:serviceaccount:"+a.Namespace+":team"
	granted := own && slices.Contains([]string{"configmaps", "services", "deployments", "serviceaccounts"}, a.Resource) &&
		a.Subresource == "" && slices.Contains([]string{"get", "patch", "create", "delete"}, a.Verb)
	admin := strings.HasSuffix(spec.User, ":kustomize-controller")
	return authorizationv1.SubjectAccessReviewStatus{Allowed: granted || admin}, nil
}

// BenchmarkTenants compares a run about 200 tenants with the bare loop.
func BenchmarkTenants(b *testing.B) {
	c := start(b)
	compare(b, c.Config, connect(b, c), tenantsMatrix(b, c, 200, true))
}

// tenancy keeps the checks about tenants: all but those of the controllers themselves.
func tenancy(m *matrix.Matrix) *matrix.Matrix {
	return m.Only(func(section string) bool { return section != "controllers" && section != "reconcilers" })
}

func byCode(m *matrix.Matrix, code string) *matrix.Matrix {
	kept := &matrix.Matrix{}
	for _, c := range m.Checks {
		if c.Meta().Code == code {
			kept.Checks = append(kept.Checks, c)
		}
	}
	return kept
}

// tenantsMatrix is what is expected of a cluster whose Flux reconciles 20 objects for each of n tenants;
// the server is given them if apply is set.
func tenantsMatrix(tb testing.TB, c *cluster.Cluster, n int, apply bool) *matrix.Matrix {
	tb.Helper()
	read, err := connect(tb, c).Snapshot(tb.Context(), probecluster.SnapshotOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	notTenant := func(namespace string) bool { return !strings.HasPrefix(namespace, "team-") }
	read.Namespaces = slices.DeleteFunc(read.Namespaces, func(x snapshot.Namespace) bool { return !notTenant(x.Name) })
	read.ServiceAccounts = slices.DeleteFunc(read.ServiceAccounts, func(x snapshot.ServiceAccount) bool { return !notTenant(x.Namespace) })
	read.Bindings = slices.DeleteFunc(read.Bindings, func(x rbac.Binding) bool { return !notTenant(x.Namespace) })
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "tenant"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"", "apps"}, Resources: []string{"configmaps", "services", "deployments", "serviceaccounts"},
		Verbs: []string{"get", "patch", "create", "delete"},
	}}}
	create := func(o client.Object) {
		if !apply {
			return
		}
		if err := c.Client.Create(tb.Context(), o); err != nil {
			tb.Fatal(err)
		}
	}
	create(role)
	for i := range n {
		ns := fmt.Sprintf("team-%d", i)
		meta := metav1.ObjectMeta{Namespace: ns, Name: "team"}
		binding := &rbacv1.RoleBinding{
			ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
			Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: "team"}},
		}
		create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
		create(&corev1.ServiceAccount{ObjectMeta: meta})
		create(binding.DeepCopy())
		read.Namespaces = append(read.Namespaces, snapshot.Namespace{Name: ns})
		read.ServiceAccounts = append(read.ServiceAccounts, snapshot.ServiceAccount{Namespace: ns, Name: "team"})
		read.Bindings = append(read.Bindings, rbac.Binding{Namespace: ns, Name: "team", RoleRef: binding.RoleRef, Subjects: binding.Subjects})
		read.Objects = append(read.Objects, kustomization(ns))
	}
	return flux.Derive(model.New(read, model.Options{}), flux.Options{})
}

// kustomization is one that applied 20 objects of 4 kinds.
func kustomization(namespace string) snapshot.Object {
	var entries []any
	for i := range 5 {
		for _, kind := range []string{"_ConfigMap", "_Service", "_ServiceAccount", "apps_Deployment"} {
			entries = append(entries, map[string]any{"id": fmt.Sprintf("%s_object-%d_%s", namespace, i, kind), "v": "v1"})
		}
	}
	return snapshot.Object{
		Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "Kustomization", Namespace: namespace, Name: "team",
		Fields: map[string]any{
			"spec":   map[string]any{"serviceAccountName": "team", "prune": true},
			"status": map[string]any{"inventory": map[string]any{"entries": entries}},
		},
	}
}

// start runs a server with Flux.
func start(tb testing.TB) *cluster.Cluster {
	tb.Helper()
	c, err := cluster.Start(tb.Context(), cluster.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Stop(); err != nil {
			tb.Error(err)
		}
	})
	if err := c.InstallFlux(tb.Context(), cluster.InstallOptions{}); err != nil {
		tb.Fatal(err)
	}
	return c
}

func connect(tb testing.TB, c *cluster.Cluster) *probecluster.Cluster {
	tb.Helper()
	connection, err := probecluster.Open(c.Config, "bench")
	if err != nil {
		tb.Fatal(err)
	}
	return connection
}
