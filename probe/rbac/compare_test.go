// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
)

func TestDifference(t *testing.T) {
	x := New([]Role{role("r", rule("get pods"))}, []Binding{binding("b", "ClusterRole r", "apps/dev")})
	grant := "(ClusterRoleBinding b grants ClusterRole r to ServiceAccount apps/dev: get pods)"
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
			"RBAC alone would allow it " + grant + ", but the server denies it: another authorizer decides before RBAC",
		}, {
			"apps/dev get pods", authorizationv1.SubjectAccessReviewStatus{},
			"RBAC alone would allow it " + grant + ": RBAC changed after it was read, or the server's cache is behind, or the server does not authorize by RBAC",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true},
			"RBAC alone would not allow it: the server allowed it without a reason, as it does for superuser groups and as other authorizers can",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "RBAC: allowed by x"},
			"RBAC alone would not allow it: the server names a grant that was not there when RBAC was read (RBAC: allowed by x)",
		}, {
			"apps/dev list pods", authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "by policy 7"},
			"RBAC alone would not allow it: another authorizer allowed it (by policy 7)",
		},
	} {
		if got := x.Difference(review(test.ask), test.status); got != test.want {
			t.Errorf("%s, %+v:\ngot  %s\nwant %s", test.ask, test.status, got, test.want)
		}
	}
}
