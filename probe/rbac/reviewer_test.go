// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestReviewer(t *testing.T) {
	x := New([]Role{
		role("admin", rule("* *.*"), rule("* *")), role("apps/names", rule("get,create secrets [a]")), role("paths", rule("get /api/*,/livez")),
		role("scale", rule("patch */scale.apps")), role("all-pods", rule("get pods"), rule("get namespaces")),
	}, []Binding{
		binding("apps/admin", "ClusterRole admin", "apps/admin"), binding("apps/names", "Role names", "dev"),
		binding("paths", "ClusterRole paths", "apps/dev"), binding("apps/scale", "ClusterRole scale", "Group system:serviceaccounts"),
		binding("user", "ClusterRole all-pods", "User system:serviceaccount:apps:dev"),
		binding("stray", "Role names", "apps/stray"), binding("lost", "ClusterRole lost", "apps/stray", "dev"),
	})
	lost := `rbac: RBAC: [clusterrole.rbac.authorization.k8s.io "lost" not found, role.rbac.authorization.k8s.io "names" not found]`
	for _, test := range []struct {
		ask     string
		allowed bool
		reason  string
	}{
		{"apps/admin frobnicate unicorns.example.com in apps", true, `RBAC: allowed by RoleBinding "admin/apps" of ClusterRole "admin" to ServiceAccount "admin/apps"`},
		{"apps/admin get pods", false, ""},
		{"apps/admin get nodes in staging", false, ""},
		{"apps/admin delete namespaces=apps in apps", true, `RBAC: allowed by RoleBinding "admin/apps" of ClusterRole "admin" to ServiceAccount "admin/apps"`},
		{"apps/dev get secrets=a in apps", true, `RBAC: allowed by RoleBinding "names/apps" of Role "names" to ServiceAccount "dev/apps"`},
		{"apps/dev get secrets=b in apps", false, ""},
		{"apps/dev get secrets in apps", false, ""},
		{"apps/dev get /livez", true, `RBAC: allowed by ClusterRoleBinding "paths" of ClusterRole "paths" to ServiceAccount "dev/apps"`},
		{"apps/dev get /api/v1", true, `RBAC: allowed by ClusterRoleBinding "paths" of ClusterRole "paths" to ServiceAccount "dev/apps"`},
		{"apps/dev get /api", false, ""},
		{"apps/dev get /livez/ping", false, ""},
		{"apps/dev patch deployments/scale.apps in apps", true, `RBAC: allowed by RoleBinding "scale/apps" of ClusterRole "scale" to Group "system:serviceaccounts"`},
		{"apps/dev patch deployments.apps in apps", false, ""},
		{"apps/dev get pods=x in anywhere", true, `RBAC: allowed by ClusterRoleBinding "user" of ClusterRole "all-pods" to User "system:serviceaccount:apps:dev"`},
		{"apps/stray get pods in apps", false, lost},
	} {
		got, err := Reviewer{x}.Review(t.Context(), spec(review(test.ask)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(authorizationv1.SubjectAccessReviewStatus{Allowed: test.allowed, Reason: test.reason}, got); diff != "" {
			t.Errorf("%s: %s", test.ask, diff)
		}
	}
}

func TestReviewerWithoutAnAnswer(t *testing.T) {
	r := Reviewer{New(nil, nil)}
	if got, err := r.Review(t.Context(), spec(matrix.Review{Subject: matrix.Share(matrix.Subject{Kind: matrix.KindGroup, Name: "system:masters"})})); err != nil || !got.Allowed {
		t.Errorf("a superuser got %v, %v", got, err)
	}
	if _, err := r.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{User: "dev"}); err == nil {
		t.Error("a review that asks nothing has an answer")
	}
	if _, err := r.Review(t.Context(), spec(matrix.Review{})); err != nil {
		t.Error(err) // even nobody is an authenticated user
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Review(ctx, spec(review("apps/dev get pods"))); err == nil {
		t.Error("a review has an answer after the end of the run")
	}
}
