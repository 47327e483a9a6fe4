// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"sync"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/probe"
)

// DefaultPatience is how long a Retry repeats a review, when it is not set.
const DefaultPatience = 30 * time.Second

// Retry is a Reviewer that repeats what failed for a reason that passes: the server throttles (429)
// or fails (5xx), or the connection breaks. It waits as long as Retry-After asks, else longer each
// time, and gives up a review after Patience with its last error. When nothing at all was answered for
// that long, it stops asking: what is left fails with a *StoppedError, without a request, so that a server that
// throttles everything gets no burst at the end, and one that died costs a run one Patience and not one for each
// review. A later review tries the server again.
//
// A Retry must not be copied after first use; it can be used concurrently.
type Retry struct {
	Reviewer probe.Reviewer
	Patience time.Duration // DefaultPatience when 0

	Repeats *probe.Repeats // counts what is repeated; can be nil

	// Silent, when set, returns since when the server has answered no request at all, of whatever kind; zero
	// when it answered the last one. Patience counts from then.
	Silent func() time.Time

	once     sync.Once
	patience patience
}

// Review asks until there is an answer, an error that will not pass, or no patience left. It
// returns at once when ctx ends.
func (r *Retry) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (status authorizationv1.SubjectAccessReviewStatus, err error) {
	err = r.shared().do(ctx, func(ctx context.Context) error {
		var err error
		status, err = r.Reviewer.Review(ctx, spec)
		return err
	})
	return status, err
}

// Broken returns when a connection last broke, or a review timed out; zero when that never happened.
func (r *Retry) Broken() time.Time { return r.shared().brokenAt() }

func (r *Retry) shared() *patience {
	r.once.Do(func() {
		r.patience.limit, r.patience.silent, r.patience.repeats = cmp.Or(r.Patience, DefaultPatience), r.Silent, r.Repeats
	})
	return &r.patience
}
