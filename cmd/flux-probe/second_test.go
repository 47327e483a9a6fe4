// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

// TestSecondOpinion asks servers that answer by RBAC, that allow everything, and that refuse
// everything, and one that fails.
func TestSecondOpinion(t *testing.T) {
	o := newOptions()
	o.addMatrixFlags(pflag.NewFlagSet("", pflag.ContinueOnError)) // sets what is not given
	s := o.demo()
	run, read, err := s.load(t.Context(), flux.Release)
	if err != nil {
		t.Fatal(err)
	}
	server := func(status authorizationv1.SubjectAccessReviewStatus, err error) probe.Reviewer {
		return probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			return status, err
		})
	}
	ask := func(reviewer probe.Reviewer) []probe.Finding {
		memory := probe.NewMemory(reviewer)
		for range (&probe.Prober{Reviewer: memory}).Run(t.Context(), run.Matrix) {
			continue
		}
		findings, gaps := read.secondOpinion(run.Matrix, memory)
		if len(gaps) > 0 {
			t.Errorf("gaps: %v", gaps)
		}
		return findings
	}
	if agreeing := ask(s.reviewer(nil)); len(agreeing) > 0 {
		t.Errorf("RBAC disagrees with itself: %+v", agreeing)
	}
	if failing := ask(server(authorizationv1.SubjectAccessReviewStatus{EvaluationError: "webhook down"}, nil)); len(failing) > 0 {
		t.Errorf("an error is compared: %+v", failing)
	}
	for _, f := range ask(server(authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "access entry"}, nil)) {
		if f.Code != "FP002" || f.Severity != matrix.Info || f.Verdict != matrix.Excess || !strings.Contains(f.Observed, "another authorizer allowed it (access entry)") {
			t.Errorf("allowed without a grant: %+v", f)
		}
	}
	refused := ask(server(authorizationv1.SubjectAccessReviewStatus{Denied: true}, nil))
	if len(refused) == 0 {
		t.Error("refusals of what RBAC grants are not told")
	}
	for _, f := range refused {
		if f.Severity != matrix.Warning || f.Verdict != matrix.Missing || !strings.Contains(f.Observed, "another authorizer has the say") || f.Index < len(run.Matrix.Expectations) {
			t.Errorf("denied in spite of a grant: %+v", f)
		}
	}
	unread := *read.snapshot
	unread.Unread = map[string]string{"rolebindings.rbac.authorization.k8s.io": "forbidden"}
	findings, gaps := newReading(&unread, nil).secondOpinion(run.Matrix, probe.NewMemory(nil))
	if len(findings) > 0 || len(gaps) != 1 || !strings.Contains(gaps[0].Why, "forbidden") {
		t.Errorf("without RBAC: %+v, %+v", findings, gaps)
	}
}
