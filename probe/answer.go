// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Answer is what came of a review: the server's status, or the error that came instead of one. The
// zero Answer is a review that was not asked. Its methods are the only place that reads a status: an
// answer is allowed, denied or undetermined, and nothing else.
type Answer struct {
	Status *authorizationv1.SubjectAccessReviewStatus
	Err    error
}

// Ask sends one review. Without a reviewer nothing is asked.
func Ask(ctx context.Context, reviewer Reviewer, review matrix.Review) Answer {
	if reviewer == nil {
		return Answer{}
	}
	status, err := reviewer.Review(ctx, Spec(review))
	return Answer{Status: &status, Err: err}
}

type outcome int

const (
	undetermined outcome = iota // zero: an answer that is not there is never a verdict
	refused
	allowed
)

// outcome reads an answer as the API server would act on it: an error, an answer that contradicts itself, or
// a refusal with an evaluation error (a real request gets 500, not 403), decides nothing.
func (a Answer) outcome() outcome {
	switch {
	case a.Err != nil || a.Status == nil || a.Status.Allowed && a.Status.Denied:
		return undetermined
	case a.Status.Allowed:
		return allowed
	case a.Status.EvaluationError != "":
		return undetermined
	default:
		return refused
	}
}

// Allowed reports whether the server would let the request pass.
func (a Answer) Allowed() bool { return a.outcome() == allowed }

// Denied reports whether the server would certainly refuse the request.
func (a Answer) Denied() bool { return a.outcome() == refused }

// Undetermined reports whether the answer decides nothing: an error, an evaluation error, a
// contradiction, or no answer.
func (a Answer) Undetermined() bool { return a.outcome() == undetermined }

// Reason is the server's explanation of the answer, or the error that came instead. It can hold control
// characters.
func (a Answer) Reason() string {
	switch {
	case a.Err != nil:
		return a.Err.Error()
	case a.Status == nil:
		return "not asked before the run ended"
	case a.Status.Allowed && a.Status.Denied:
		return "the answer is both allowed and denied"
	case a.Status.Allowed || a.Status.EvaluationError == "":
		return a.Status.Reason
	case a.Status.Reason == "":
		return a.Status.EvaluationError
	default:
		return a.Status.Reason + "; " + a.Status.EvaluationError
	}
}
