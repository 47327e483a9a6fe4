// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"io"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// silence is how long a watch can take to open before it counts as broken. client-go repeats a request whose
// connection is refused or closed at once for ten seconds and more, and its watch error handler is not called for
// that (client-go tools/cache/reflector.go@v0.37.2), which is why the opening is observed here.
const silence = 3 * time.Second

// open opens the watch of a resource and notes whether it stands.
func (w *watcher) open(ctx context.Context, resource string, open func(context.Context) (watch.Interface, error)) (watch.Interface, error) {
	var lock sync.Mutex // the later report on the watch has to be the last
	answered := false
	slow := time.AfterFunc(silence, func() {
		lock.Lock()
		defer lock.Unlock()
		if !answered {
			w.note(ctx, resource, context.DeadlineExceeded)
		}
	})
	recorded, response := recordResponse(ctx)
	stream, err := open(recorded)
	slow.Stop()
	lock.Lock()
	answered = true
	lock.Unlock()
	if err == nil && !response.received.Load() {
		// client-go returns an empty watch in the place of an error when it has tried long enough.
		w.note(ctx, resource, io.EOF)
	} else {
		w.note(ctx, resource, err)
	}
	return stream, err
}

// note records the result of opening a watch. It ignores the end of ctx, and a version that the server no
// longer remembers, after which client-go lists again.
func (w *watcher) note(ctx context.Context, resource string, err error) {
	if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) && ctx.Err() == nil {
		w.health(resource, err)
	}
}

// state reports whether the watch of any resource is broken, and whether the caller cannot watch some.
func (w *watcher) state() (lost, partly bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	return len(w.broken) > 0, len(w.unseen) > 0
}

// health records whether the watch of a resource stands, and reports when the first breaks and when the
// last is back. Events can have been lost between, so that everything is asked again then. A resource that the
// caller cannot watch is reported once.
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
		w.report(Change{Notice: true, Why: "not allowed to watch " + resource + ": what changes there is not seen"})
	case before == 0 && after > 0:
		w.report(Change{Notice: true, Why: "watch of " + resource + " lost, reconnecting: " + safetext.Printable(explain(w.Server, err).Error())})
	case before > 0 && after == 0, err == nil && unseen:
		w.report(Change{All: true, Why: "watching again"})
	}
}
