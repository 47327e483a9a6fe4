// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// answers asks each review once.
type answers struct {
	reviewer    probe.Reviewer
	concurrency int
	known       map[matrix.Review]probe.Answer
}

// ask asks the reviews that were not asked before. The error is that ctx ended.
func (a *answers) ask(ctx context.Context, reviews []matrix.Review) error {
	if a.known == nil {
		a.known = map[matrix.Review]probe.Answer{}
	}
	var lock sync.Mutex
	var asking sync.WaitGroup
	slots := make(chan struct{}, cmp.Or(a.concurrency, probe.DefaultConcurrency))
	for _, review := range reviews {
		lock.Lock()
		_, again := a.known[review]
		if !again {
			a.known[review] = probe.Answer{}
		}
		lock.Unlock()
		if again {
			continue
		}
		slots <- struct{}{}
		asking.Go(func() {
			defer func() { <-slots }()
			answer := probe.Ask(ctx, a.reviewer, review)
			lock.Lock()
			defer lock.Unlock()
			a.known[review] = answer
		})
	}
	asking.Wait()
	return ctx.Err()
}

// unanswered describes an access that may be part of a path.
func unanswered(r matrix.Review, a probe.Answer) string {
	return safetext.Printable(fmt.Sprintf("whether %s can %s: %s", title(r.Subject.Get()), r.Access, a.Reason()))
}

// refused describes an access that RBAC grants to a group, and the server refuses to one member.
func refused(r matrix.Review, group matrix.Subject) string {
	return safetext.Printable(fmt.Sprintf("the server refuses %s to %s, although RBAC grants it to %s: whether the others in the group have it was not asked",
		r.Access, title(r.Subject.Get()), group))
}
