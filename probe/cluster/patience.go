// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/flux-probe/flux-probe/probe"
)

const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 5 * time.Second
	lastTry      = time.Second     // what an attempt gets, however late it is
	trialEvery   = time.Second     // how often a server that was given up is tried again
	trialTimeout = 5 * time.Second // how long such a trial takes at most
)

// patience decides how long requests that fail for a reason that passes are repeated, and when to stop
// sending any. It is shared by requests to one server, of which each is given up after limit. When none of
// them was answered for that long, those that are left fail without a request. From then on a request that is
// made tries the server, at most one each trialEvery; the first answer ends that.
type patience struct {
	limit  time.Duration
	silent func() time.Time // since when the server answers nothing at all; can be nil
	least  time.Duration    // what an attempt gets, however late it is; lastTry when 0

	repeats *probe.Repeats // counts what is repeated; can be nil

	lock     sync.Mutex
	answered time.Time     // when the server last answered
	broken   time.Time     // when a connection last broke
	failing  time.Time     // since when every request has failed; zero when the last one was answered
	stopped  time.Time     // when the server was given up or last tried; zero while it is not given up
	last     error         // why it was given up
	trial    chan struct{} // closed when the trial that is in flight ends; nil without one
}

// StoppedError reports a request that was not sent, because the server had not answered any other for
// a while.
type StoppedError struct {
	After time.Duration // how long there was no answer
	Err   error         // what the last of the other requests failed with
}

// Error is one line.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("not asked, because nothing was answered for %s: %s", e.After.Round(time.Second), e.Err)
}

// Unwrap is the error of the last request that was sent.
func (e *StoppedError) Unwrap() error { return e.Err }

// do sends a request until it is answered, fails for good, or patience ends; it returns its last error then.
// It returns at once when ctx ends.
func (p *patience) do(ctx context.Context, send func(context.Context) error) error {
	err := p.repeat(ctx, send)
	if stopped := (*StoppedError)(nil); ctx.Err() == nil && (passes(err) || errors.As(err, &stopped)) {
		p.repeats.GiveUp()
	}
	return err
}

func (p *patience) repeat(ctx context.Context, send func(context.Context) error) error {
	trial, err := p.admit(ctx)
	if err != nil {
		return err
	}
	if trial {
		return p.try(ctx, send)
	}
	start := time.Now()
	if p.silent != nil {
		if since := p.silent(); !since.IsZero() {
			start = since
		}
	}
	var last error
	for backoff := firstBackoff; ; backoff = min(2*backoff, maxBackoff) {
		if last != nil {
			p.repeats.Retry()
		}
		err := attempt(ctx, max(time.Until(p.deadline(start)), cmp.Or(p.least, lastTry)), send)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !passes(err) {
			p.succeed()
			return err
		}
		if last == nil || !errors.Is(err, context.DeadlineExceeded) {
			last = err // an answer tells more than the end of patience
		}
		if p.fail(start, last) {
			return last
		}
		wait := backoff/2 + rand.N(backoff)
		asked := suggestedDelay(err)
		if asked > 0 {
			wait = asked + rand.N(firstBackoff)
		}
		left := time.Until(p.deadline(start))
		if left <= 0 {
			return last
		}
		throttled := code(err) == http.StatusTooManyRequests
		if err := p.repeats.Wait(ctx, min(wait, left), throttled); err != nil {
			return err
		}
		// A server that wants more time than there is gets no request before its time.
		if p.isStopped() || asked > left {
			p.fail(start, last)
			return last
		}
	}
}

// admit returns an error when the server is given up, and whether the request is a trial of it.
func (p *patience) admit(ctx context.Context) (trial bool, err error) {
	p.lock.Lock()
	for !p.stopped.IsZero() {
		switch {
		case p.trial != nil:
			running := p.trial
			p.lock.Unlock()
			select {
			case <-running:
			case <-ctx.Done():
				return false, ctx.Err()
			}
			p.lock.Lock()
		case time.Since(p.stopped) < trialEvery:
			defer p.lock.Unlock()
			return false, &StoppedError{After: p.limit, Err: p.last}
		default:
			p.trial = make(chan struct{})
			p.lock.Unlock()
			return true, nil
		}
	}
	p.lock.Unlock()
	return false, nil
}

// try sends a request once to a server that was given up.
func (p *patience) try(ctx context.Context, send func(context.Context) error) error {
	err := attempt(ctx, max(trialTimeout, p.least), send)
	p.lock.Lock()
	defer p.lock.Unlock()
	close(p.trial)
	p.trial = nil
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case passes(err):
		p.stopped, p.last = time.Now(), err
	default:
		p.answer()
	}
	return err
}

// attempt sends a request, bounded: a server that stays silent is a failure like any other.
func attempt(ctx context.Context, timeout time.Duration, send func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return send(ctx)
}

func (p *patience) succeed() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.answer()
}

func (p *patience) answer() {
	p.answered, p.failing, p.stopped, p.last = time.Now(), time.Time{}, time.Time{}, nil
}

// fail notes a failed attempt of a request that was begun at start, and reports whether the server is given
// up.
func (p *patience) fail(start time.Time, err error) (stopped bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if code(err) == 0 {
		p.broken = time.Now()
	}
	if p.failing.IsZero() {
		p.failing = start
		if p.answered.After(start) {
			p.failing = p.answered
		}
	}
	if p.stopped.IsZero() && time.Since(p.failing) >= p.limit {
		p.stopped, p.last = time.Now(), err
	}
	return !p.stopped.IsZero()
}

// brokenAt is when a request last got no answer; zero when each got one.
func (p *patience) brokenAt() time.Time {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.broken
}

func (p *patience) isStopped() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return !p.stopped.IsZero()
}

// deadline is when a request that was begun at start is given up.
func (p *patience) deadline(start time.Time) time.Time {
	p.lock.Lock()
	defer p.lock.Unlock()
	if !p.failing.IsZero() && p.failing.Before(start) {
		start = p.failing
	}
	return start.Add(p.limit)
}

// suggestedDelay is how long the server asked to wait; 0 when it did not.
func suggestedDelay(err error) time.Duration {
	if seconds, ok := apierrors.SuggestsClientDelay(err); ok && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return delayOf(err)
}

// passes reports whether err is of a kind that can be gone the next time.
func passes(err error) bool {
	var stopped *StoppedError
	switch c := code(err); {
	case err == nil || errors.As(err, &stopped):
		return false
	case c != 0:
		return c == http.StatusTooManyRequests || c >= http.StatusInternalServerError
	default:
		return timedOut(err) || cutOff(err) || transport(err) && !lasting(err)
	}
}

// code is the HTTP status that the server answered with; 0 when err is no answer.
func code(err error) int32 {
	if status := apierrors.APIStatus(nil); errors.As(err, &status) {
		return status.Status().Code
	}
	return 0
}
