// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"io"
	"reflect"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/flux-probe/flux-probe/probe"
)

// silence is how long a watch may take to stand before it counts as broken: client-go tries a connection
// that is closed at once again for ten seconds, and says nothing.
const silence = 3 * time.Second

// open opens the watch of a resource and notes whether it stands.
func (w *watcher) open(ctx context.Context, resource string, open func() (watch.Interface, error)) (watch.Interface, error) {
	var lock sync.Mutex // the later word on the watch has to be the last
	answered := false
	slow := time.AfterFunc(silence, func() {
		lock.Lock()
		defer lock.Unlock()
		if !answered {
			w.note(ctx, resource, context.DeadlineExceeded)
		}
	})
	stream, err := open()
	slow.Stop()
	lock.Lock()
	answered = true
	lock.Unlock()
	switch {
	case err == nil && reflect.TypeOf(stream) == reflect.TypeOf(watch.NewEmptyWatch()):
		// What client-go gives in the place of an error when it has tried long enough.
		w.note(ctx, resource, io.EOF)
	default:
		w.note(ctx, resource, err)
	}
	return stream, err
}

// note takes down what came of opening a watch, but for what is no fault: the end of ctx, and a version that
// the server no longer remembers, after which client-go lists again.
func (w *watcher) note(ctx context.Context, resource string, err error) {
	if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) && ctx.Err() == nil {
		w.health(resource, err)
	}
}

// state says whether the watch of any resource is broken, and whether any may not be watched.
func (w *watcher) state() (lost, partly bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	return len(w.broken) > 0, len(w.unseen) > 0
}

// health notes whether the watch of a resource stands, and tells when the first breaks and when the
// last is back. Events may have been lost between, so that everything is asked again then. What may not
// be watched is told once.
func (w *watcher) health(resource string, err error) {
	forbidden := apierrors.IsForbidden(err)
	w.lock.Lock()
	before, unseen := len(w.broken), w.unseen[resource]
	switch {
	case forbidden:
		w.unseen[resource] = true
		delete(w.broken, resource)
	case err != nil:
		w.broken[resource] = true
	default:
		delete(w.broken, resource)
		delete(w.unseen, resource)
	}
	after := len(w.broken)
	w.lock.Unlock()
	switch {
	case forbidden && !unseen:
		w.tell(Change{Notice: true, Why: "not allowed to watch " + resource + ": what changes there is not seen, R asks again"})
	case before == 0 && after > 0:
		w.tell(Change{Notice: true, Why: "watch of " + resource + " lost, reconnecting: " + probe.Printable(explain(w.Server, err).Error())})
	case before > 0 && after == 0, err == nil && unseen:
		w.tell(Change{All: true, Why: "watching again"})
	}
}
