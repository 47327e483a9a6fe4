// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"iter"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

const (
	// moment is how long changes are gathered at least.
	moment = 150 * time.Millisecond

	// floor is the time between two changes while they go on: Flux updates the status of each of its objects at
	// every reconciliation, many of them each second in a large cluster.
	floor = 5 * time.Second

	// burst is how many changes of more than a status are yielded without waiting for floor: a person who edits
	// RBAC sees each edit at once.
	burst = 3

	// mostNamed is how many changes are named of those that were gathered.
	mostNamed = 3
)

// gathered are changes that wait to be yielded as one.
type gathered struct {
	Change
	count    int
	reserved bool // a place in the burst is taken
	due      time.Time
}

// gather makes one change of those that come together. No change is lost: what waits when changes stop is
// yielded, too. It ends with ctx.
func gather(ctx context.Context, changes <-chan Change) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		limit := rate.NewLimiter(rate.Every(floor), burst)
		var waiting gathered
		var last time.Time // when a change was last yielded that is no notice
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			var due <-chan time.Time // nil, and so never ready, when nothing waits
			if waiting.count > 0 {
				timer.Reset(time.Until(waiting.due))
				due = timer.C
			}
			select {
			case <-ctx.Done():
				return
			case change := <-changes:
				waiting.add(change, last, limit)
			case <-due:
				if !waiting.Notice {
					last = time.Now()
				}
				change := waiting.Change
				waiting = gathered{}
				if !yield(change) {
					return
				}
			}
		}
	}
}

// add adds a change to those that wait.
func (g *gathered) add(change Change, last time.Time, limit *rate.Limiter) {
	now := time.Now()
	due := now.Add(moment)
	switch {
	case change.Notice:
	case change.StatusOnly:
		if next := last.Add(floor); next.After(due) {
			due = next
		}
	case g.reserved:
		due = g.due
	default:
		g.reserved = true
		if next := now.Add(limit.ReserveN(now, 1).DelayFrom(now)); next.After(due) {
			due = next
		}
	}
	g.count++
	if g.count == 1 {
		g.Change, g.due = change, due
		return
	}
	if due.Before(g.due) {
		g.due = due
	}
	g.Subjects = append(g.Subjects, change.Subjects...)
	g.All = g.All || change.All
	g.Notice = g.Notice && change.Notice
	g.StatusOnly = g.StatusOnly && change.StatusOnly
	switch {
	case g.count <= mostNamed:
		g.Why += ", " + change.Why
	case !strings.HasSuffix(g.Why, more):
		g.Why += more
	}
}

// more ends the names of changes when there are more.
const more = ", and more"
