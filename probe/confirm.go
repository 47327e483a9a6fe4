// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"cmp"
	"context"
	"sync"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
)

// DefaultConfirmation is how long a Confirm repeats doubtful reviews, when it is not set. An API server
// has read its roles and bindings well before.
const DefaultConfirmation = 10 * time.Second

const (
	firstConfirmation = 100 * time.Millisecond
	maxConfirmation   = 2 * time.Second
)

// Confirm is a Reviewer around a Reviewer that does not believe a doubtful refusal at once. An API server
// that has just started answers access reviews before its authorizer has read the roles: it refuses
// everything, without an evaluation error.
//
// A refusal is doubtful when RBAC as it was read grants the access. It is asked again with back-off until it
// is allowed, or until Patience has passed since the doubt began, which all reviews share; after that it
// stands. Any refusal is doubtful after a connection broke. It is asked again as soon as the server allows
// what it allowed before.
//
// A Confirm must not be copied after first use; it can be used concurrently.
type Confirm struct {
	Reviewer Reviewer
	Granted  func(authorizationv1.SubjectAccessReviewSpec) bool // whether RBAC as it was read grants the access
	Broken   func() time.Time                                   // when a connection last broke; can be nil
	Patience time.Duration                                      // DefaultConfirmation when 0
	Repeats  *Repeats                                           // counts what is asked again; can be nil

	lock      sync.Mutex
	until     time.Time // when the current doubt about RBAC ends; zero before the first
	recovered time.Time // when the server was last seen to be in order after a connection broke
	allowed   *authorizationv1.SubjectAccessReviewSpec

	recovering sync.Mutex // held by the one review that waits for the server
}

// Review asks until the answer is not doubtful.
func (c *Confirm) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	asked := time.Now()
	status, err := c.ask(ctx, spec)
	if denied(status, err) && c.disturbed(asked) {
		if err := c.recover(ctx); err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, err
		}
		status, err = c.again(ctx, spec)
	}
	for wait := firstConfirmation; denied(status, err) && c.doubtful(spec); wait = min(2*wait, maxConfirmation) {
		if err := c.Repeats.Wait(ctx, wait, false); err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, err
		}
		status, err = c.again(ctx, spec)
	}
	return status, err
}

// ask asks once, and remembers a review that is allowed.
func (c *Confirm) ask(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	status, err := c.Reviewer.Review(ctx, spec)
	if (Answer{Status: &status, Err: err}).Allowed() {
		c.lock.Lock()
		defer c.lock.Unlock()
		c.allowed = &spec
	}
	return status, err
}

// again is ask for what was asked before.
func (c *Confirm) again(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	c.Repeats.Retry()
	return c.ask(ctx, spec)
}

func denied(status authorizationv1.SubjectAccessReviewStatus, err error) bool {
	return Answer{Status: &status, Err: err}.Denied()
}

// doubtful reports whether a refusal that just came contradicts RBAC and is to be asked again.
func (c *Confirm) doubtful(spec authorizationv1.SubjectAccessReviewSpec) bool {
	if !c.Granted(spec) {
		return false
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	now := time.Now()
	if c.until.IsZero() || c.broken().After(c.until) {
		c.until = now.Add(c.patience())
	}
	return now.Before(c.until)
}

// disturbed reports whether a connection broke, and the server was not seen to be in order before a review
// was asked.
func (c *Confirm) disturbed(asked time.Time) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	broken := c.broken()
	return !broken.IsZero() && (broken.After(c.recovered) || asked.Before(c.recovered))
}

// recover waits until the server allows what it last allowed, or until Patience has passed. If nothing was
// allowed yet there is nothing to compare with, and the server gets a moment.
func (c *Confirm) recover(ctx context.Context) error {
	c.recovering.Lock()
	defer c.recovering.Unlock()
	end := time.Now().Add(c.patience())
	for wait := firstConfirmation; ; wait = min(2*wait, maxConfirmation) {
		start := time.Now()
		c.lock.Lock()
		done, known := !c.broken().After(c.recovered), c.allowed
		c.lock.Unlock()
		if done {
			return nil
		}
		if known == nil {
			if err := c.Repeats.Wait(ctx, maxConfirmation, false); err != nil {
				return err
			}
			start = time.Now()
		}
		if known == nil || start.After(end) {
			c.inOrder(start)
			return nil
		}
		c.Repeats.Retry()
		status, err := c.Reviewer.Review(ctx, *known)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if (Answer{Status: &status, Err: err}).Allowed() {
			c.inOrder(time.Now())
			return nil
		}
		if err := c.Repeats.Wait(ctx, wait, false); err != nil {
			return err
		}
	}
}

// inOrder records that the server was in order at a time.
func (c *Confirm) inOrder(at time.Time) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.recovered = at
}

func (c *Confirm) broken() time.Time {
	if c.Broken == nil {
		return time.Time{}
	}
	return c.Broken()
}

func (c *Confirm) patience() time.Duration { return cmp.Or(c.Patience, DefaultConfirmation) }
