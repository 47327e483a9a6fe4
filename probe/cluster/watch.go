// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"iter"
	"sync"

	"k8s.io/client-go/tools/cache"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Change is what a Watch yields.
type Change = snapshot.Change

// Watch yields what changes in the cluster's RBAC, Namespaces, ServiceAccounts, the Deployments of
// Flux and its objects, of the kinds among resources. It ends with ctx or when the range is broken
// off. A broken watch reconnects by itself and reports both; a resource that the caller cannot watch is named.
//
// Each change makes its reader read the cluster again, so that changes are gathered: for a moment, because kubectl
// apply changes several objects at once, and while they go on for longer.
func (c *Cluster) Watch(ctx context.Context, resources []snapshot.Resource) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var informers sync.WaitGroup
		defer informers.Wait()
		defer cancel()
		w := &watcher{Cluster: c, changes: make(chan Change), done: ctx.Done(), broken: map[string]bool{}, unseen: map[string]bool{}}
		for _, in := range w.informers(resources) {
			informers.Go(func() { in.RunWithContext(ctx) })
		}
		for change := range gather(ctx, w.changes) {
			change.Lost, change.Partly = w.state()
			if !yield(change) {
				return
			}
		}
	}
}

// watcher is one Watch in the making.
type watcher struct {
	*Cluster
	changes  chan Change
	done     <-chan struct{} // the end of the watch, after which no change is taken any more
	bindings []cache.Store

	lock   sync.Mutex
	broken map[string]bool // the resources whose watch is broken
	unseen map[string]bool // those that the caller cannot watch
}

// report hands a change over.
func (w *watcher) report(change Change) {
	select {
	case w.changes <- change:
	case <-w.done:
	}
}
