// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"iter"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/tools/cache"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
)

// Change is something that happened to what a Snapshot reads, or to the watch of it.
type Change struct {
	Why      string           // one line for people: RoleBinding apps/dev-team deleted
	Subjects []matrix.Subject // accounts whose rights may have changed
	All      bool             // anybody's rights may have changed: a group is bound, or events were lost
	Notice   bool             // about the watch alone: nothing that is known of has changed
	Lost     bool             // the watch is broken, of one resource or of all; it reconnects by itself
	Partly   bool             // something may not be watched
}

// gather is how long changes are gathered into one: kubectl apply changes several objects at once.
const gather = 150 * time.Millisecond

// Watch yields what changes in the cluster's RBAC, Namespaces, ServiceAccounts, the Deployments of
// Flux and its objects, of the kinds among resources. It ends with ctx or when the range is broken
// off. A broken watch reconnects by itself and says both; a resource that the asker may not watch is named.
func (c *Cluster) Watch(ctx context.Context, resources []flux.Resource) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var informers sync.WaitGroup
		defer informers.Wait()
		defer cancel()
		w := &watcher{Cluster: c, changes: make(chan Change), done: ctx.Done(), broken: map[string]bool{}, unseen: map[string]bool{}}
		for _, in := range w.informers(resources) {
			informers.Go(func() { in.RunWithContext(ctx) })
		}
		for {
			select {
			case <-ctx.Done():
				return
			case change := <-w.changes:
				change = w.gather(change)
				change.Lost, change.Partly = w.state()
				if !yield(change) {
					return
				}
			}
		}
	}
}

// watcher is one Watch in the making.
type watcher struct {
	*Cluster
	changes  chan Change
	done     <-chan struct{} // the end of the watch: nobody takes a change any more
	bindings []cache.Store

	lock   sync.Mutex
	broken map[string]bool // the resources whose watch is broken
	unseen map[string]bool // those that may not be watched
}

// tell hands a change over.
func (w *watcher) tell(change Change) {
	select {
	case w.changes <- change:
	case <-w.done:
	}
}

// gather makes one change of all that come within a moment of the first.
func (w *watcher) gather(first Change) Change {
	timer := time.NewTimer(gather)
	defer timer.Stop()
	why, more := []string{first.Why}, 0
	for {
		select {
		case <-w.done:
			return first
		case <-timer.C:
			if more > 0 {
				why = append(why, "and more")
			}
			first.Why = strings.Join(why, ", ")
			return first
		case next := <-w.changes:
			first.Subjects = append(first.Subjects, next.Subjects...)
			first.All = first.All || next.All
			first.Notice = first.Notice && next.Notice
			if len(why) < 3 {
				why = append(why, next.Why)
			} else {
				more++
			}
		}
	}
}
