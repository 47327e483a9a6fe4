// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// finder is what was read and judged, indexed for the detectors.
type finder struct {
	Input
	snapshot *snapshot.Snapshot
	index    *rbac.Index
	findings []probe.Finding
	asked    []*matrix.Asked // by finding; nil where it was observed

	failed    []int                    // all findings that failed, in order
	open      []bool                   // those that no problem explains yet
	byRBAC    []bool                   // those whose verdict is what RBAC alone gives
	bySubject map[matrix.Subject][]int // asked findings, by whom their reviews are about
	failing   map[matrix.Subject][]int // those of them that failed
	byOrigin  map[matrix.Origin][]int  // failed findings that were observed, by object
	named     map[matrix.Subject][]int // all findings that are about a subject

	made []rbac.Edit // the changes of the problems so far

	accounts map[string][]snapshot.ServiceAccount // by namespace; made when it is first needed
	peers    map[string][]rbac.Binding            // RoleBindings to ClusterRoles by the name of an account
}

func newFinder(in Input) *finder {
	n := len(in.Findings)
	w := &finder{
		Input: in, snapshot: in.Snapshot, index: in.Snapshot.RBAC(), findings: in.Findings,
		asked: make([]*matrix.Asked, n), open: make([]bool, n), byRBAC: make([]bool, n),
		bySubject: map[matrix.Subject][]int{}, failing: map[matrix.Subject][]int{}, byOrigin: map[matrix.Origin][]int{}, named: map[matrix.Subject][]int{},
	}
	for i := range in.Findings {
		f := &in.Findings[i]
		w.asked[i], _ = f.Check.(*matrix.Asked)
		if f.Failed() {
			w.failed, w.open[i] = append(w.failed, i), true
		}
	}
	if len(w.failed) == 0 {
		return w
	}
	for i := range in.Findings {
		w.add(i)
	}
	return w
}

func (w *finder) add(i int) {
	f := &w.findings[i]
	w.named[f.Subject] = append(w.named[f.Subject], i)
	asked := w.asked[i]
	if asked == nil {
		if w.open[i] {
			o := object(f.Origin.Get())
			w.byOrigin[o] = append(w.byOrigin[o], i)
		}
		return
	}
	for a, alternative := range asked.AnyOf {
		for r, review := range alternative {
			if a == 0 && r == 0 || review.Subject != asked.AnyOf[0][0].Subject {
				if at := w.bySubject[review.Subject.Get()]; len(at) == 0 || at[len(at)-1] != i {
					w.bySubject[review.Subject.Get()] = append(at, i)
					if w.open[i] {
						w.failing[review.Subject.Get()] = append(w.failing[review.Subject.Get()], i)
					}
				}
			}
		}
	}
	if w.open[i] {
		w.byRBAC[i] = judge(asked, w.index.Allowed) == f.Verdict
	}
}

// object is an origin without what is inside the object.
func object(o matrix.Origin) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// judge is the verdict on a check if RBAC alone decides.
func judge(c *matrix.Asked, allowed func(matrix.Review) bool) matrix.Verdict {
	held := slices.ContainsFunc(c.AnyOf, func(alternative []matrix.Review) bool {
		return len(alternative) > 0 && !slices.ContainsFunc(alternative, func(r matrix.Review) bool { return !allowed(r) })
	})
	switch {
	case held == (c.Want == matrix.Allow):
		return matrix.Pass
	case c.Want == matrix.Deny:
		return matrix.Excess
	case c.IfDenied != "":
		return c.IfDenied
	default:
		return matrix.Missing
	}
}

func failing(v matrix.Verdict) bool { return v != matrix.Pass && v != matrix.Exception }

// question is an access that is wanted and refused.
type question struct {
	seed    int
	finding *probe.Finding
	subject matrix.Subject
	access  matrix.Access // of the first review that is refused
}

// missing returns the first refused review of a finding whose permission is missing; false for any other.
func (w *finder) missing(seed int) (question, bool) {
	f := &w.findings[seed]
	if asked := w.asked[seed]; asked == nil || asked.Want != matrix.Allow || f.Verdict == matrix.Undetermined || !w.byRBAC[seed] {
		return question{}, false
	}
	reviews := w.refused(seed)
	if len(reviews) == 0 {
		return question{}, false
	}
	return question{seed, f, reviews[0].Subject.Get(), reviews[0].Access}, true
}

// refused returns the reviews of a finding that RBAC refuses, of the alternative that gives away least.
func (w *finder) refused(i int) []matrix.Review {
	return slices.DeleteFunc(slices.Clone(remedy.LeastPrivileged(w.asked[i])), w.index.Allowed)
}

// needs returns the refused reviews of all open findings about a subject that keep accepts.
func (w *finder) needs(subject matrix.Subject, keep func(matrix.Access) bool) []matrix.Access {
	var accesses []matrix.Access
	for _, i := range w.failing[subject] {
		if !w.open[i] || !w.byRBAC[i] || w.asked[i].Want != matrix.Allow {
			continue
		}
		for _, r := range w.refused(i) {
			if r.Subject.Get() == subject && keep(r.Access) {
				accesses = append(accesses, r.Access)
			}
		}
	}
	return accesses
}

// members returns the subjects of asked findings that a subject of a binding stands for: itself, or the
// accounts in a group.
func (w *finder) members(subject matrix.Subject) []matrix.Subject {
	if subject.Kind != matrix.KindGroup {
		return []matrix.Subject{subject}
	}
	var all []matrix.Subject
	for s := range w.bySubject {
		if slices.Contains(s.Groups(), subject.Name) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, matrix.Subject.Compare)
	return all
}
