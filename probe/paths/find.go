// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"context"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Question is what Find looks for.
type Question struct {
	Graph   *Graph
	Sources []Source
	Goals   []Goal

	Reviewer    probe.Reviewer
	Concurrency int // reviews in flight; probe.DefaultConcurrency when 0

	// Confirmed reports whether an allowed review was answered by the API server, and not by RBAC as it was read;
	// when it is nil, none was.
	Confirmed func(matrix.Review) bool

	// Without builds the graph and the goals again from everything that was read but some grants. Find proves
	// its cuts with it; without it they are not proven.
	Without func(removed []Grant) (*Graph, []Goal)
}

// Find returns the shortest path from each source to each goal, of accesses that the reviewer allows. An access that
// it refuses is left out, and the search is repeated. An access without an answer is left out too, and is named in
// Report.Unknown: there may be a path that is not known. The error is that ctx ended.
func Find(ctx context.Context, q Question) (*Report, error) {
	f := newFinder(q)
	r := &Report{APIVersion: probe.APIVersion, Kind: Kind, From: len(q.Sources), Paths: []Path{}, Cuts: []Cut{}}
	for _, goal := range q.Goals {
		found, err := f.confirmed(ctx, goal)
		if err != nil {
			return nil, err
		}
		before := len(r.Paths)
		f.each(found, func(i int, w route) { r.Paths = append(r.Paths, f.path(q.Sources[i], goal, w)) })
		if len(r.Paths) > before {
			r.Cuts = append(r.Cuts, f.cut(goal))
		}
	}
	slices.SortStableFunc(r.Paths, func(a, b Path) int { return a.From.Compare(b.From) })
	r.Unknown = f.unknown
	r.Reviews = len(f.known)
	return r, ctx.Err()
}

// Nearest returns for each source the shortest path to any of the goals, as Find confirms it; nil where there is none.
// Of goals as near as each other it is the first. The error is that ctx ended.
func Nearest(ctx context.Context, q Question) ([]*Path, error) {
	f := newFinder(q)
	nearest := make([]*Path, len(q.Sources))
	for _, goal := range q.Goals {
		found, err := f.confirmed(ctx, goal)
		if err != nil {
			return nil, err
		}
		f.each(found, func(i int, w route) {
			if nearest[i] == nil || f.Graph.hops(w) < len(nearest[i].Hops) {
				p := f.path(q.Sources[i], goal, w)
				nearest[i] = &p
			}
		})
	}
	return nearest, ctx.Err()
}

// asked is an access of a node, as an answer leaves it out.
type asked struct {
	from   Key
	access matrix.Access
}

// finder is a Question with what was answered so far.
type finder struct {
	Question
	answers
	denied  map[asked]bool
	unknown []string
}

func newFinder(q Question) *finder {
	return &finder{Question: q, answers: answers{reviewer: q.Reviewer, concurrency: q.Concurrency}, denied: map[asked]bool{}}
}

// confirmed searches until every access of every route is allowed.
func (f *finder) confirmed(ctx context.Context, goal Goal) (*routes, error) {
	for {
		found := f.Graph.search(goal.Targets, without{denied: f.denied})
		if err := f.ask(ctx, f.reviews(found)); err != nil {
			return nil, err
		}
		if !f.deny(found) {
			return found, nil
		}
	}
}

// each calls visit with the place and the route of each source that has one.
func (f *finder) each(found *routes, visit func(int, route)) {
	for i, s := range f.Sources {
		node, known := f.Graph.ids[s.key()]
		if !known {
			continue // it has no rights at all
		}
		if w, ok := found.from(node, s.Own); ok {
			visit(i, w)
		}
	}
}

// reviews are those of all routes.
func (f *finder) reviews(found *routes) []matrix.Review {
	var reviews []matrix.Review
	f.each(found, func(i int, w route) {
		f.Graph.walk(f.Sources[i].Subject, w, func(as, _ matrix.Subject, e *Edge, _ []*Edge) {
			reviews = append(reviews, matrix.Review{Subject: matrix.Share(as), Access: *e.Access})
		})
	})
	return reviews
}

// deny leaves out the accesses of the routes that are not allowed; it reports whether there are any.
func (f *finder) deny(found *routes) (again bool) {
	f.each(found, func(i int, w route) {
		f.Graph.walk(f.Sources[i].Subject, w, func(as, _ matrix.Subject, e *Edge, _ []*Edge) {
			review := matrix.Review{Subject: matrix.Share(as), Access: *e.Access}
			answer := f.known[review]
			out := asked{f.Graph.keys[e.From], *e.Access}
			if answer.Allowed() || f.denied[out] {
				return
			}
			f.denied[out], again = true, true
			switch group := f.Graph.keys[e.From].Subject; {
			case answer.Undetermined():
				f.unknown = append(f.unknown, unanswered(review, answer))
			case group.Kind == matrix.KindGroup && group != as:
				f.unknown = append(f.unknown, refused(review, group))
			}
		})
	})
	return again
}

// path describes a route.
func (f *finder) path(s Source, goal Goal, w route) Path {
	return f.Graph.path(s.Subject, goal, w, func(r matrix.Review) bool {
		return f.Confirmed != nil && f.known[r].Allowed() && f.Confirmed(r)
	})
}
