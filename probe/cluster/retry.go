// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/flux-probe/flux-probe/probe"
)

// DefaultPatience is how long a Retry tries, when it does not say.
const DefaultPatience = 30 * time.Second

const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 5 * time.Second
	lastTry      = time.Second // an attempt gets at least this long, however late it is
)

// Retry is a Reviewer that repeats what failed for a reason that passes: the server throttles (429)
// or fails (5xx), or the connection breaks. It waits as long as Retry-After says, else longer each
// time, and gives up within Patience: a review returns its last error then. While nothing is
// answered at all, Patience counts from the first failure, so that a server that died costs a run
// one Patience and not one for each review.
//
// A Retry must not be copied after first use; it may be used concurrently.
type Retry struct {
	Reviewer probe.Reviewer
	Patience time.Duration // DefaultPatience when 0

	// Throttled, when set, is told of every wait that the server asked for by 429. It is called
	// concurrently, by those who wait.
	Throttled func(wait time.Duration)

	failing atomic.Int64 // since when all failed, in Unix nanoseconds; 0 when the last was answered
}

// Review asks until there is an answer, an error that will not pass, or no patience left. It
// returns at once when ctx ends.
func (r *Retry) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	patience := cmp.Or(r.Patience, DefaultPatience)
	start := time.Now()
	var last error
	for backoff := firstBackoff; ; backoff = min(2*backoff, maxBackoff) {
		status, err := r.try(ctx, spec, r.deadline(start, patience))
		switch {
		case ctx.Err() != nil:
			return status, ctx.Err()
		case !passes(err):
			r.failing.Store(0)
			return status, err
		}
		r.failing.CompareAndSwap(0, start.UnixNano())
		if last == nil || !errors.Is(err, context.DeadlineExceeded) {
			last = err // an answer says more than the end of patience
		}
		wait := backoff/2 + rand.N(backoff)
		if asked, ok := apierrors.SuggestsClientDelay(err); ok && asked > 0 {
			wait = time.Duration(asked)*time.Second + rand.N(firstBackoff)
		}
		if time.Now().Add(wait).After(r.deadline(start, patience)) {
			return status, last
		}
		if r.Throttled != nil && code(err) == http.StatusTooManyRequests {
			r.Throttled(wait)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return status, ctx.Err()
		}
	}
}

// try asks once, bounded by the deadline: a server that says nothing is a failure like any other.
func (r *Retry) try(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec, deadline time.Time) (authorizationv1.SubjectAccessReviewStatus, error) {
	if least := time.Now().Add(lastTry); deadline.Before(least) {
		deadline = least
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	return r.Reviewer.Review(ctx, spec)
}

// deadline is when a review that began at start is given up.
func (r *Retry) deadline(start time.Time, patience time.Duration) time.Time {
	if since := r.failing.Load(); since != 0 && since < start.UnixNano() {
		return time.Unix(0, since).Add(patience)
	}
	return start.Add(patience)
}

// passes says whether err is of a kind that may be gone the next time.
func passes(err error) bool {
	switch c := code(err); {
	case err == nil:
		return false
	case c != 0:
		return c == http.StatusTooManyRequests || c >= http.StatusInternalServerError
	default:
		return timedOut(err) || transport(err) && !lasting(err)
	}
}

// code is the HTTP status that the server answered with; 0 when err is no answer.
func code(err error) int32 {
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return status.Status().Code
	}
	return 0
}
