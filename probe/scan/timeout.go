// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flux-probe/flux-probe/probe"
)

// TimeoutError reports a run that was ended because it took too long.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("timed out after %s: what was not answered by then is undetermined", e.After)
}

// WithTimeout returns a context that ends a run after a time, so that TimedOut reports why it ended; 0 is no limit.
// What the API server does not answer is given up earlier, see probe/cluster.DefaultPatience.
func WithTimeout(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	if after == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, after, &TimeoutError{after})
}

// TimedOut returns the error of a run that ended because of WithTimeout; nil when it did not.
func TimedOut(ctx context.Context) error {
	if timeout := (*TimeoutError)(nil); errors.As(context.Cause(ctx), &timeout) {
		return timeout
	}
	return nil
}

// ended notes in a report why the run ended before everything was asked. A limit that is reached when all is
// answered changes nothing.
func ended(ctx context.Context, r *probe.Report, answered bool) {
	r.TimedOut = !answered && TimedOut(ctx) != nil
	r.Interrupted = ctx.Err() != nil && TimedOut(ctx) == nil
}
