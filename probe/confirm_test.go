// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
)

// starting is an API server whose authorizer has read its roles only after some time.
func starting(ready time.Duration, asked *int) Reviewer {
	start := time.Now()
	return ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		*asked++
		return authorizationv1.SubjectAccessReviewStatus{Allowed: time.Since(start) >= ready}, nil
	})
}

func granted(authorizationv1.SubjectAccessReviewSpec) bool    { return true }
func notGranted(authorizationv1.SubjectAccessReviewSpec) bool { return false }

func TestConfirmWaitsForAnAuthorizerThatStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := &Confirm{Reviewer: starting(3*time.Second, &asked), Granted: granted}
		if status, err := c.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{}); err != nil || !status.Allowed {
			t.Errorf("got %v, %v", status, err)
		}
		if asked > 10 {
			t.Errorf("it was asked %d times", asked)
		}
	})
}

func TestConfirmBelievesWhatStaysRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, start := 0, time.Now()
		c := &Confirm{Reviewer: starting(time.Hour, &asked), Granted: granted}
		for range 50 { // the doubt is shared: it costs a run one patience
			if status, err := c.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{}); err != nil || status.Allowed {
				t.Fatalf("got %v, %v", status, err)
			}
		}
		if took := time.Since(start); took < DefaultConfirmation || took > DefaultConfirmation+maxConfirmation {
			t.Errorf("it took %s", took)
		}
	})
}

func TestConfirmAsksAgainAfterABrokenConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken, ready time.Time
		asked := 0
		c := &Confirm{Granted: notGranted, Broken: func() time.Time { return broken }, Reviewer: ReviewerFunc(
			func(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
				asked++
				return authorizationv1.SubjectAccessReviewStatus{Allowed: spec.User == "alice" && !time.Now().Before(ready)}, nil
			})}
		review := func(user string) bool {
			t.Helper()
			status, err := c.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{User: user})
			if err != nil {
				t.Fatal(err)
			}
			return status.Allowed
		}
		if !review("alice") || review("bob") || asked != 2 {
			t.Fatalf("without a fault it was asked %d times", asked)
		}
		time.Sleep(time.Second)
		broken, ready = time.Now(), time.Now().Add(3*time.Second)
		if !review("alice") || time.Now().Before(ready) {
			t.Error("the refusal of a server that starts was believed")
		}
		asked = 0
		for range 100 {
			review("bob")
		}
		if asked != 100 {
			t.Errorf("after the server was in order again, 100 reviews were asked %d times", asked)
		}
	})
}

func TestConfirmBelievesOthersAtOnce(t *testing.T) {
	asked := 0
	c := &Confirm{Reviewer: starting(time.Hour, &asked), Granted: notGranted}
	if status, err := c.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{}); err != nil || status.Allowed || asked != 1 {
		t.Errorf("got %v, %v after %d", status, err, asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c = &Confirm{Reviewer: starting(time.Hour, &asked), Granted: granted}
	if _, err := c.Review(ctx, authorizationv1.SubjectAccessReviewSpec{}); err == nil {
		t.Error("a refusal in doubt is an answer")
	}
}
