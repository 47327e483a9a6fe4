// SPDX-License-Identifier: Apache-2.0

// Package problem finds the fewest faults that explain all failed findings of a run.
//
//	probe.Finding ────────────────────┐
//	probe/snapshot (roles, bindings) ─┼─▶ Find ──▶ probe.Problem
//	what the releases ship ───────────┘
//
// For each failed finding small detectors propose candidates: an object and field that may be at fault, and
// the change that would correct it. The change is applied to RBAC as it was read, in memory, and whatever
// passes then is explained. The candidate that explains most for the smallest change becomes a problem, and
// the next finding that is not explained is looked at, until none is left.
//
// The package does no I/O, and knows neither Flux nor a terminal nor client-go.
package problem

import (
	"cmp"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Input is what problems are found in. Only Snapshot and Findings are required.
type Input struct {
	Snapshot *snapshot.Snapshot
	Findings []probe.Finding // in the order of the report
	AskedAs  string          // the user name of who asked

	// Legacy returns other subjects that a binding can name for an account, each with the reason why that
	// does not help the account.
	Legacy func(matrix.Subject) map[matrix.Subject]string

	// Flags are the values of flags, by name with dashes, where they are not true.
	Flags map[string]string

	// Roles and Bindings are what the installed releases ship, to restore what is missing.
	Roles    []rbac.Role
	Bindings []rbac.Binding
}

// Find returns the problems, the most severe first, then those with the most failed checks.
func Find(in Input) []probe.Problem {
	w := newFinder(in)
	var found []probe.Problem
	for _, seed := range w.seeds() {
		if !w.open[seed] {
			continue
		}
		c := w.explain(seed)
		for _, i := range c.explained {
			w.open[i] = false
		}
		if len(c.edit.Roles)+len(c.edit.Bindings) > 0 {
			w.made = append(w.made, c.first.Then(c.edit))
		}
		found = append(found, w.problem(c))
	}
	slices.SortStableFunc(found, func(a, b probe.Problem) int {
		return cmp.Or(
			cmp.Compare(weight(b.Severity), weight(a.Severity)),
			cmp.Compare(len(b.Checks), len(a.Checks)),
			cmp.Compare(a.Checks[0], b.Checks[0]),
		)
	})
	distinguish(found)
	return found
}

// weight orders severities.
func weight(s matrix.Severity) int {
	return slices.Index([]matrix.Severity{matrix.Info, matrix.Warning, matrix.Error}, s)
}

// seeds returns the failed findings in the order in which they are explained: what is wanted and refused
// first, since a permission that went to the wrong account explains an excess as well; then what is allowed
// and must not be; then what was read; last what has no answer.
func (w *finder) seeds() []int {
	rank := func(i int) int {
		f := &w.findings[i]
		switch asked := w.asked[i] != nil; {
		case f.Verdict == matrix.Undetermined:
			return 3
		case !asked:
			return 2
		case f.Want == matrix.Deny:
			return 1
		default:
			return 0
		}
	}
	seeds := slices.Clone(w.failed)
	slices.SortStableFunc(seeds, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(weight(w.findings[b].Severity), weight(w.findings[a].Severity)))
	})
	return seeds
}

// explain returns the best candidate for a finding.
func (w *finder) explain(seed int) *candidate {
	for _, detect := range detectors {
		if best := w.best(seed, detect(w, seed)); best != nil {
			return best
		}
	}
	return w.unexplained(seed)
}

// detectors are in order of precedence: the candidates of one entry compete with each other only, and the
// next entry is asked when none of them explains the finding.
var detectors = []func(w *finder, seed int) []*candidate{
	(*finder).guarded,
	(*finder).unanswered,
	(*finder).otherAuthorizer,
	(*finder).wrongGrants,
	(*finder).missingGrants,
	(*finder).excessGrants,
	(*finder).behindOthers,
	(*finder).missingRole,
	(*finder).observed,
}

// wrongGrants are the candidates for an access that is wanted and refused that are a mistake in one field and
// give the account all that it lacks: they are likelier than anything that is not there at all.
func (w *finder) wrongGrants(seed int) []*candidate {
	all := w.candidates(seed, (*finder).wrongSubject, (*finder).wrongRole, (*finder).movedBinding, (*finder).missingBinding, (*finder).missingLabel)
	if len(all) == 0 {
		return nil
	}
	lacks := 0
	subject := w.findings[seed].Subject
	for _, i := range w.failing[subject] {
		if w.open[i] && w.byRBAC[i] && w.asked[i].Want == matrix.Allow {
			lacks++
		}
	}
	return slices.DeleteFunc(all, func(c *candidate) bool {
		w.evaluate(c)
		for _, i := range c.explained {
			if f := &w.findings[i]; f.Subject == subject && w.asked[i] != nil && f.Want == matrix.Allow {
				c.resolved++
			}
		}
		return c.resolved < lacks
	})
}

// missingGrants are all candidates for an access that is wanted and refused.
func (w *finder) missingGrants(seed int) []*candidate {
	return w.candidates(seed, (*finder).wrongSubject, (*finder).missingSubject, (*finder).wrongRole, (*finder).movedBinding,
		(*finder).missingBinding, (*finder).missingLabel, (*finder).missingRule, (*finder).absentAccount)
}

// behindOthers are the candidates that help once the change of another problem is made: a binding that names the wrong
// account, of a role that lacks a rule.
func (w *finder) behindOthers(seed int) []*candidate {
	q, ok := w.missing(seed)
	if !ok {
		return nil
	}
	var all []*candidate
	for _, made := range w.made {
		if !slices.Contains(w.affected(&candidate{edit: made}), q.subject) {
			continue
		}
		behind := *w
		behind.index = w.index.Apply(made)
		for _, c := range behind.missingGrants(seed) {
			c.first = made
			all = append(all, c)
		}
	}
	return all
}

func (w *finder) candidates(seed int, detect ...func(*finder, question) []*candidate) []*candidate {
	q, ok := w.missing(seed)
	if !ok {
		return nil
	}
	var all []*candidate
	for _, d := range detect {
		all = append(all, d(w, q)...)
	}
	return all
}
