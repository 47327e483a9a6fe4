// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"errors"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// TestAnswer wants each answer to be exactly one of allowed, denied and undetermined.
func TestAnswer(t *testing.T) {
	type status = authorizationv1.SubjectAccessReviewStatus
	for _, test := range []struct {
		answer                        Answer
		allowed, denied, undetermined bool
		reason                        string
	}{
		{Answer{}, false, false, true, "not asked before the run ended"},
		{Answer{Status: &status{Allowed: true}, Err: errors.New("gone")}, false, false, true, "gone"},
		{Answer{Status: &status{Allowed: true, Reason: "rule"}}, true, false, false, "rule"},
		{Answer{Status: &status{Allowed: true, EvaluationError: "webhook"}}, true, false, false, ""},
		{Answer{Status: &status{Reason: "none"}}, false, true, false, "none"},
		{Answer{Status: &status{Denied: true}}, false, true, false, ""},
		{Answer{Status: &status{EvaluationError: "webhook"}}, false, false, true, "webhook"},
		{Answer{Status: &status{Reason: "none", EvaluationError: "webhook"}}, false, false, true, "none; webhook"},
	} {
		a := test.answer
		if a.Allowed() != test.allowed || a.Denied() != test.denied || a.Undetermined() != test.undetermined || a.Reason() != test.reason {
			t.Errorf("%+v: allowed %v, denied %v, undetermined %v, %q", a, a.Allowed(), a.Denied(), a.Undetermined(), a.Reason())
		}
	}
	if a := Ask(t.Context(), nil, matrix.Review{}); !a.Undetermined() {
		t.Errorf("an answer without a reviewer: %+v", a)
	}
}
