// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestRepeatsCountsWaitsOnce has requests that wait at the same time.
func TestRepeatsCountsWaitsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Repeats
		var requests sync.WaitGroup
		for i := range 3 {
			requests.Go(func() {
				if err := r.Wait(t.Context(), time.Duration(i+1)*time.Second, i > 0); err != nil {
					t.Error(err)
				}
				r.Retry()
			})
		}
		time.Sleep(1500 * time.Millisecond)
		if got, want := r.Counts(), (Requests{Retries: 1, Throttled: 2, Waited: 1.5}); got != want {
			t.Errorf("counted %+v while requests wait, want %+v", got, want)
		}
		requests.Wait()
		time.Sleep(time.Minute)
		r.GiveUp()
		if got, want := r.Counts(), (Requests{Retries: 3, Throttled: 2, GivenUp: 1, Waited: 3}); got != want {
			t.Errorf("counted %+v, want %+v", got, want)
		}
	})
}

func TestRepeatsWaitsUntilTheRunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var none *Repeats // counts nothing, and waits
		none.Retry()
		start := time.Now()
		if err := none.Wait(ctx, time.Hour, true); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("waited %s, error %v; want 1s and that the context ended", time.Since(start), err)
		}
		if got := none.Counts(); got != (Requests{}) {
			t.Errorf("counted %+v", got)
		}
	})
}
