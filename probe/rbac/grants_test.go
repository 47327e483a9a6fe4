// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"context"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestGrantsNamesEveryOne(t *testing.T) {
	x := New([]Role{
		role("reader", rule("get,list pods"), rule("get *.*")), role("apps/reader", rule("get pods")),
	}, []Binding{
		binding("apps/own", "Role reader", "dev", "dev"),
		binding("apps/team", "ClusterRole reader", "Group system:serviceaccounts:apps"),
		binding("all", "ClusterRole reader", "Group system:authenticated", "apps/dev"),
		binding("other/own", "ClusterRole reader", "apps/dev"),
		binding("apps/gone", "Role gone", "dev"),
	})
	var got []string
	for _, g := range x.Grants(review("apps/dev get pods in apps")) {
		got = append(got, g.Text())
	}
	want := []string{
		"ClusterRoleBinding all gives ServiceAccount apps/dev ClusterRole reader: get, list pods",
		"ClusterRoleBinding all gives ServiceAccount apps/dev ClusterRole reader: get *.*",
		"ClusterRoleBinding all gives Group system:authenticated ClusterRole reader: get, list pods; so may every authenticated user",
		"ClusterRoleBinding all gives Group system:authenticated ClusterRole reader: get *.*; so may every authenticated user",
		"RoleBinding apps/own gives ServiceAccount apps/dev Role apps/reader: get pods",
		"RoleBinding apps/team gives Group system:serviceaccounts:apps ClusterRole reader: get, list pods",
		"RoleBinding apps/team gives Group system:serviceaccounts:apps ClusterRole reader: get *.*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

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
		got, err := Reviewer{x}.Review(t.Context(), probe.Spec(review(test.ask)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(authorizationv1.SubjectAccessReviewStatus{Allowed: test.allowed, Reason: test.reason}, got); diff != "" {
			t.Errorf("%s: %s", test.ask, diff)
		}
	}
}

func TestReviewerWithoutAnAnswer(t *testing.T) {
	r := Reviewer{New[Role, Binding](nil, nil)}
	if got, err := r.Review(t.Context(), probe.Spec(matrix.Review{Subject: matrix.Subject{Kind: matrix.KindGroup, Name: "system:masters"}})); err != nil || !got.Allowed {
		t.Errorf("a superuser got %v, %v", got, err)
	}
	if _, err := r.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{User: "dev"}); err == nil {
		t.Error("a review that asks nothing has an answer")
	}
	if _, err := r.Review(t.Context(), probe.Spec(matrix.Review{})); err != nil {
		t.Error(err) // even nobody is an authenticated user
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Review(ctx, probe.Spec(review("apps/dev get pods"))); err == nil {
		t.Error("a review has an answer after the end of the run")
	}
}

func TestDisagreement(t *testing.T) {
	x := New([]Role{role("r", rule("get pods"))}, []Binding{binding("b", "ClusterRole r", "apps/dev")})
	grant := "(ClusterRoleBinding b gives ServiceAccount apps/dev ClusterRole r: get pods)"
	for _, test := range []struct {
		ask    string
		status authorizationv1.SubjectAccessReviewStatus
		want   string
	}{
		{"apps/dev get pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true}, ""},
		{"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{}, ""},
		{"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Denied: true}, ""},
		{"apps/dev get pods", authorizationv1.SubjectAccessReviewStatus{EvaluationError: "webhook down"}, ""},
		{
			"apps/dev get pods", authorizationv1.SubjectAccessReviewStatus{Denied: true, Reason: "no"},
			"RBAC alone would allow it " + grant + ", but the server denies it: another authorizer has the say before RBAC",
		}, {
			"apps/dev get pods", authorizationv1.SubjectAccessReviewStatus{},
			"RBAC alone would allow it " + grant + ": RBAC changed between the two, or the server's cache is behind, or it does not authorize by RBAC",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true},
			"RBAC alone would not allow it: the server allowed it without a reason, as it does for a superuser group or by another authorizer",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "RBAC: allowed by x"},
			"RBAC alone would not allow it: the server names a grant that was not there when RBAC was read (RBAC: allowed by x)",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "by policy 7"},
			"RBAC alone would not allow it: another authorizer allowed it (by policy 7)",
		},
	} {
		if got := x.Disagreement(review(test.ask), probe.Answer{Status: &test.status}); got != test.want {
			t.Errorf("%s, %+v:\ngot  %s\nwant %s", test.ask, test.status, got, test.want)
		}
	}
	if got := x.Disagreement(review("apps/dev get pods"), probe.Answer{}); got != "" {
		t.Errorf("a review that was not asked: %s", got)
	}
}
