// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"sync"
)

// maxNamespaces is in how many namespaces dry-runs are in flight at once. Each of them passes through all webhooks, which
// serve the whole cluster meanwhile.
const maxNamespaces = 8

// Run sends dry-runs, one at a time for each namespace, and returns the answers in their order. What ctx ends is answered
// by its error. done is called after each answer, never by two goroutines at once; it can be nil.
func Run(ctx context.Context, server Server, all []*DryRun, done func()) []Answer {
	answers := make([]Answer, len(all))
	var order []string
	places := map[string][]int{}
	for i, d := range all {
		if places[d.Namespace] == nil {
			order = append(order, d.Namespace)
		}
		places[d.Namespace] = append(places[d.Namespace], i)
	}
	var sending sync.WaitGroup
	var lock sync.Mutex
	slots := make(chan struct{}, maxNamespaces)
	for _, namespace := range order {
		slots <- struct{}{}
		sending.Go(func() {
			defer func() { <-slots }()
			for _, i := range places[namespace] {
				if err := ctx.Err(); err != nil {
					answers[i] = Answer{Err: err}
					continue
				}
				answers[i] = server.DryRun(ctx, all[i])
				if done != nil {
					lock.Lock()
					done()
					lock.Unlock()
				}
			}
		})
	}
	sending.Wait()
	return answers
}
