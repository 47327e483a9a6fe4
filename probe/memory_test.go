// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestMemory(t *testing.T) {
	asked := 0
	var status authorizationv1.SubjectAccessReviewStatus
	var failure error
	memory := NewMemory(ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		asked++
		return status, failure
	}))
	spec := Spec(matrix.Review{Subject: matrix.ServiceAccount("apps", "dev"), Attributes: matrix.Attributes{Verb: "get", Resource: "pods"}})
	path := Spec(matrix.Review{Subject: matrix.ServiceAccount("apps", "dev"), Attributes: matrix.Attributes{Verb: "get", Path: "/healthz"}})
	step := func(name string, reviewer Reviewer, spec authorizationv1.SubjectAccessReviewSpec, wantAllowed bool, wantAsked int) {
		t.Helper()
		got, err := reviewer.Review(t.Context(), spec)
		if !errors.Is(err, failure) || got.Allowed != wantAllowed || asked != wantAsked {
			t.Errorf("%s: allowed %v, %d asked, error %v; want %v, %d", name, got.Allowed, asked, err, wantAllowed, wantAsked)
		}
	}
	failure = errors.New("timeout")
	step("an error is no answer", memory, spec, false, 1)
	failure, status = nil, authorizationv1.SubjectAccessReviewStatus{EvaluationError: "webhook down"}
	step("nor is an evaluation error", memory, spec, false, 2)
	status = authorizationv1.SubjectAccessReviewStatus{Allowed: true}
	step("asked at last", memory, spec, true, 3)
	status = authorizationv1.SubjectAccessReviewStatus{}
	step("remembered", memory, spec, true, 3)
	step("another question", memory, path, false, 4)
	step("fresh", memory.Fresh(), spec, false, 5)
	step("and remembered", memory, spec, false, 5)
	failure = errors.New("timeout")
	step("fresh error", memory.Fresh(), spec, false, 6)
	step("what was known is forgotten", memory, spec, false, 7)
}
