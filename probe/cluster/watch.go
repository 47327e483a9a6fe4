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
	"github.com/flux-probe/flux-probe/probe"
)

// Change is something that happened to what a Snapshot reads, or to the watch of it.
type Change struct {
	Why      string           // one line for people: RoleBinding apps/dev-team deleted
	Subjects []matrix.Subject // accounts whose rights may have changed
	All      bool             // anybody's rights may have changed: a group is bound, or events were lost
	Lost     bool             // the watch broke; it reconnects by itself
}

// gather is how long changes are gathered into one: kubectl apply changes several objects at once.
const gather = 150 * time.Millisecond

// Watch yields what changes in the cluster's RBAC, Namespaces, ServiceAccounts, the Deployments of
// Flux and its objects, of the kinds among resources. It ends with ctx or when the range is broken
// off. A broken watch reconnects by itself and says both.
func (c *Cluster) Watch(ctx context.Context, resources []flux.Resource) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var informers sync.WaitGroup
		defer informers.Wait()
		defer cancel()
		w := &watcher{Cluster: c, changes: make(chan Change), done: ctx.Done(), broken: map[string]bool{}}
		for _, in := range w.informers(resources) {
			informers.Go(func() { in.RunWithContext(ctx) })
		}
		for {
			select {
			case <-ctx.Done():
				return
			case change := <-w.changes:
				if !yield(w.gather(change)) {
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
			first.Lost = next.Lost // the later word on the watch counts
			if len(why) < 3 {
				why = append(why, next.Why)
			} else {
				more++
			}
		}
	}
}

// health notes whether the watch of a resource stands, and tells when the first breaks and when the
// last is back. Events may have been lost between, so that everything is asked again then.
func (w *watcher) health(resource string, err error) {
	w.lock.Lock()
	before := len(w.broken)
	if err != nil {
		w.broken[resource] = true
	} else {
		delete(w.broken, resource)
	}
	after := len(w.broken)
	w.lock.Unlock()
	switch {
	case before == 0 && after > 0:
		w.tell(Change{Lost: true, Why: "watch of " + resource + " lost, reconnecting: " + probe.Printable(explain(w.Server, err).Error())})
	case before > 0 && after == 0:
		w.tell(Change{All: true, Why: "watching again"})
	}
}
