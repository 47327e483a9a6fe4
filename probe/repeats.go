// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"math"
	"sync"
	"time"
)

// Requests is how much a run had to ask, and how much of it again. The counts of a report that was made without an
// API server hold nothing but Reviews.
type Requests struct {
	Reviews   int     `json:"reviews,omitempty"`   // distinct reviews that were answered by whoever was asked
	Retries   int     `json:"retries,omitempty"`   // requests of any kind that were sent again
	Throttled int     `json:"throttled,omitempty"` // waits that the server asked for by 429 Too Many Requests
	GivenUp   int     `json:"givenUp,omitempty"`   // requests that were given up, or not sent because the server answered nothing
	Waited    float64 `json:"waited,omitempty"`    // seconds, to a tenth, during which at least one request waited to be sent again
}

// Repeated reports whether anything had to be asked again, or was given up.
func (r Requests) Repeated() bool { return r.Retries+r.Throttled+r.GivenUp > 0 }

// Repeats counts what is asked again. All that ask one server share one, and can use it concurrently. A nil
// *Repeats counts nothing.
type Repeats struct {
	lock    sync.Mutex
	counts  Requests
	waited  time.Duration // while at least one request waited, until waiting last was 0
	waiting int           // requests that wait now
	since   time.Time     // when waiting last became 1
}

// Retry counts a request that is sent again.
func (r *Repeats) Retry() { r.count(func() { r.counts.Retries++ }) }

// GiveUp counts a request that is not sent, or not sent again, although it has no answer.
func (r *Repeats) GiveUp() { r.count(func() { r.counts.GivenUp++ }) }

// Wait waits before a request is sent again, and counts the time; throttled says that the server asked for the wait.
// It returns at once, with the error of ctx, when ctx ends.
func (r *Repeats) Wait(ctx context.Context, wait time.Duration, throttled bool) error {
	r.count(func() {
		if throttled {
			r.counts.Throttled++
		}
		if r.waiting++; r.waiting == 1 {
			r.since = time.Now()
		}
	})
	defer r.count(func() {
		if r.waiting--; r.waiting == 0 {
			r.waited += time.Since(r.since)
		}
	})
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Counts returns what was counted so far, without Reviews.
func (r *Repeats) Counts() (counts Requests) {
	r.count(func() {
		waited := r.waited
		if r.waiting > 0 {
			waited += time.Since(r.since)
		}
		counts = r.counts
		counts.Waited = math.Round(waited.Seconds()*10) / 10
	})
	return counts
}

func (r *Repeats) count(change func()) {
	if r != nil {
		r.lock.Lock()
		defer r.lock.Unlock()
		change()
	}
}
