// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"errors"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var dev = matrix.ServiceAccount("apps", "dev")

// getPods is a snapshot in which apps/dev can get pods.
func getPods() *snapshot.Snapshot {
	return &snapshot.Snapshot{
		Roles: []rbac.Role{{Name: "r", Rules: []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"pods"}}}}},
		Bindings: []rbac.Binding{{
			Name: "b", RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "r"},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "apps", Name: "dev"}},
		}},
	}
}

func pods(verb string) matrix.Review {
	return matrix.Review{Subject: matrix.Share(dev), Access: matrix.Access{Verb: verb, Resource: "pods"}}
}

// TestUndetermined wants no comparison of what is no answer: neither an error, nor a review that was not
// asked, nor a refusal with an evaluation error.
func TestUndetermined(t *testing.T) {
	for _, answer := range []probe.Answer{
		{}, {Err: errors.New("gone")}, {Status: &authorizationv1.SubjectAccessReviewStatus{EvaluationError: "webhook down"}},
	} {
		if got := Difference(getPods().RBAC(), pods("get"), answer); got != "" {
			t.Errorf("%+v is compared: %s", answer, got)
		}
	}
}

// TestWithRBAC compares one matrix with servers that allow everything, that refuse everything, and that
// do not answer.
func TestWithRBAC(t *testing.T) {
	m := &matrix.Matrix{}
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch"} {
		m.Checks = append(m.Checks, &matrix.Asked{CheckMeta: matrix.CheckMeta{Subject: matrix.Share(dev)}, Want: matrix.Allow, AnyOf: [][]matrix.Review{{pods(verb)}}})
	}
	always := func(status authorizationv1.SubjectAccessReviewStatus) func(matrix.Review) (probe.Answer, bool) {
		return func(matrix.Review) (probe.Answer, bool) { return probe.Answer{Status: &status}, true }
	}

	findings, gaps := WithRBAC(getPods(), m, always(authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "access entry"}))
	if len(findings) != 1 || len(gaps) != 0 {
		t.Fatalf("allowed without a grant: %+v, %+v", findings, gaps)
	}
	f := findings[0]
	if f.Code != Code || f.Severity != matrix.Info || f.Verdict != matrix.Excess || f.Index != len(m.Checks) ||
		!strings.Contains(f.Observed, "allows list pods, watch pods, create pods, update pods and 1 more; ") ||
		!strings.Contains(f.Observed, "another authorizer allowed it (access entry)") {
		t.Errorf("allowed without a grant: %+v", f)
	}

	findings, _ = WithRBAC(getPods(), m, always(authorizationv1.SubjectAccessReviewStatus{Denied: true}))
	if len(findings) != 1 || findings[0].Severity != matrix.Warning || findings[0].Verdict != matrix.Missing ||
		!strings.Contains(findings[0].Observed, "the server refuses get pods; ") {
		t.Errorf("denied in spite of a grant: %+v", findings)
	}

	byRBAC := func(review matrix.Review) (probe.Answer, bool) {
		return probe.Ask(t.Context(), rbac.Reviewer{Index: getPods().RBAC()}, review), true
	}
	if findings, gaps = WithRBAC(getPods(), m, byRBAC); len(findings)+len(gaps) > 0 {
		t.Errorf("RBAC differs from itself: %+v, %+v", findings, gaps)
	}

	none := func(matrix.Review) (probe.Answer, bool) { return probe.Answer{}, false }
	if findings, gaps = WithRBAC(getPods(), m, none); len(findings)+len(gaps) > 0 {
		t.Errorf("without answers: %+v, %+v", findings, gaps)
	}

	unread := getPods()
	unread.Unread = map[string]string{"rolebindings.rbac.authorization.k8s.io": "forbidden"}
	if findings, gaps = WithRBAC(unread, m, none); len(findings) > 0 || len(gaps) != 1 || !strings.Contains(gaps[0].Why, "forbidden") {
		t.Errorf("without RBAC: %+v, %+v", findings, gaps)
	}
}
