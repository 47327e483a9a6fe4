// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"slices"
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
	spec := Spec(matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Access: matrix.Access{Verb: "get", Resource: "pods"}})
	path := Spec(matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Access: matrix.Access{Verb: "get", Path: "/healthz"}})
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

func TestMemoryKeepsWhatIsStillAsked(t *testing.T) {
	memory := NewMemory(ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
	}))
	var reviews []matrix.Review
	for _, verb := range []string{"get", "list", "watch"} {
		review := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Access: matrix.Access{Verb: verb, Resource: "pods"}}
		reviews = append(reviews, review)
		if _, err := memory.Review(t.Context(), Spec(review)); err != nil {
			t.Fatal(err)
		}
	}
	memory.Keep(slices.Values(reviews[1:]))
	for i, review := range reviews {
		if _, ok := memory.Answer(review); ok != (i > 0) {
			t.Errorf("%s is remembered: %v", review.Access.Verb, ok)
		}
	}
}

// TestMemoryForgetsContradictions does not remember an answer that is both allowed and denied.
func TestMemoryForgetsContradictions(t *testing.T) {
	memory := NewMemory(ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true, Denied: true}, nil
	}))
	review := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Access: matrix.Access{Verb: "get", Resource: "pods"}}
	_, _ = memory.Review(t.Context(), Spec(review))
	if answer, ok := memory.Answer(review); ok {
		t.Errorf("remembered %+v", answer.Status)
	}
}

func TestMemoryForgets(t *testing.T) {
	memory := NewMemory(ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
	}))
	get := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Access: matrix.Access{Verb: "get", Resource: "pods"}}
	list := matrix.Review{Subject: get.Subject, Access: matrix.Access{Verb: "list", Resource: "pods"}}
	for _, review := range []matrix.Review{get, list} {
		if _, err := memory.Review(t.Context(), Spec(review)); err != nil {
			t.Fatal(err)
		}
	}
	memory.Forget(slices.Values([]matrix.Review{get}))
	if answer, ok := memory.Answer(get); ok || answer.Denied() {
		t.Error("the answer is still remembered")
	}
	if _, ok := memory.Answer(list); !ok {
		t.Error("an answer to another review is forgotten")
	}
}
