// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"cmp"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// candidate is an object and field that may be at fault, and the change that would correct it.
type candidate struct {
	cause   probe.Cause
	says    string // what is wrong with the object: RoleBinding billing/deployer names …
	summary string // what to do, an imperative
	cost    float64

	edit    rbac.Edit
	first   rbac.Edit   // the change of another problem, without which edit does not help
	derived []rbac.Role // roles that change by themselves with the edit, as aggregated ones do
	deletes []string    // commands that delete something
	creates []string    // commands that follow them

	accounts []matrix.Origin     // that have to be created first
	fields   []probe.FieldChange // of objects that are not RBAC

	// instead replaces the account of an object: the checks of the key are asked about the value.
	instead map[matrix.Subject]matrix.Subject

	// covers reports whether the change resolves a finding that was observed; nil for none.
	covers func(*probe.Finding) bool
	about  []matrix.Origin  // the objects whose observed findings covers is asked about
	of     []matrix.Subject // the subjects whose observed findings covers is asked about

	// only is what the change can break: checks that want this effect; both when it is empty. rules are all
	// that the change grants or takes away, where that is known.
	only  matrix.Effect
	rules []rbacv1.PolicyRule

	resolved  int   // how many of the explained findings are about what the account of the first lacks
	explained []int // findings that pass after the change
	passes    int   // those of them that are known to pass
	breaks    int   // findings that passed and fail after the change
}

// best returns the candidate that explains most for the smallest change and breaks nothing; nil when none
// explains the finding.
func (w *finder) best(seed int, all []*candidate) *candidate {
	all = slices.DeleteFunc(all, func(c *candidate) bool {
		w.evaluate(c)
		return !slices.Contains(c.explained, seed)
	})
	slices.SortStableFunc(all, func(a, b *candidate) int {
		return cmp.Or(-cmp.Compare(a.score(), b.score()), cmp.Compare(a.cost, b.cost))
	})
	for _, c := range all {
		if c.breaks = w.broken(c); c.breaks == 0 {
			return c
		}
	}
	return nil
}

func (c *candidate) score() float64 { return float64(len(c.explained)) / c.cost }

// evaluate finds what a candidate explains.
func (w *finder) evaluate(c *candidate) {
	if len(c.explained) > 0 {
		return // a group of findings that was made as one
	}
	after := w.after(c)
	seen := map[int]bool{}
	for _, subject := range w.affected(c) {
		for _, i := range w.failing[subject] {
			if w.open[i] && w.byRBAC[i] && !seen[i] && c.concerns(w.asked[i]) && !failing(judge(w.asked[i], after)) {
				seen[i] = true
				c.explained = append(c.explained, i)
			}
		}
	}
	c.passes = len(c.explained)
	if c.covers == nil {
		return
	}
	observed := func(i int) {
		if f := &w.findings[i]; w.open[i] && w.asked[i] == nil && !seen[i] && f.Verdict != matrix.Undetermined && c.covers(f) {
			seen[i] = true
			c.explained = append(c.explained, i)
			c.passes++
		}
	}
	for _, o := range c.about {
		for _, i := range w.byOrigin[o] {
			observed(i)
		}
	}
	for _, s := range c.of {
		for _, i := range w.named[s] {
			observed(i)
		}
	}
}

// after returns what RBAC allows when a candidate's change is made.
func (w *finder) after(c *candidate) func(matrix.Review) bool {
	edited := w.index.With(c.whole())
	return func(r matrix.Review) bool {
		if other, ok := c.instead[r.Subject.Get()]; ok {
			r.Subject = matrix.Share(other)
		}
		return edited.Allowed(r)
	}
}

// whole is all that changes in RBAC with a candidate.
func (c *candidate) whole() rbac.Edit {
	edit := c.first.Then(c.edit)
	edit.Roles = append(edit.Roles, c.derived...)
	return edit
}

// affected returns the subjects of asked findings whose permissions a candidate changes, sorted.
func (w *finder) affected(c *candidate) []matrix.Subject {
	var all []matrix.Subject
	for _, s := range w.index.With(c.whole()).Subjects() {
		all = append(all, w.members(s)...)
	}
	for s := range c.instead {
		all = append(all, s)
	}
	slices.SortFunc(all, matrix.Subject.Compare)
	return slices.Compact(all)
}

// concerns reports whether a candidate's change can decide a check.
func (c *candidate) concerns(asked *matrix.Asked) bool {
	return c.rules == nil || slices.ContainsFunc(asked.AnyOf, func(alternative []matrix.Review) bool {
		return slices.ContainsFunc(alternative, func(r matrix.Review) bool { return rbac.AnyCovers(c.rules, r.Access) })
	})
}

// broken counts the findings that pass now, by RBAC, and would fail after a candidate's change. Those of
// information only do not count.
func (w *finder) broken(c *candidate) int {
	if len(c.edit.Roles)+len(c.edit.Bindings)+len(c.edit.Removed) == 0 {
		return 0
	}
	after := w.after(c)
	n, seen := 0, map[int]bool{}
	for _, subject := range w.affected(c) {
		for _, i := range w.bySubject[subject] {
			f := &w.findings[i]
			if seen[i] || f.Severity == matrix.Info || failing(f.Verdict) || c.only != "" && c.only != f.Want || !c.concerns(w.asked[i]) {
				continue
			}
			seen[i] = true
			if failing(judge(w.asked[i], after)) && !failing(judge(w.asked[i], w.index.Allowed)) {
				n++
			}
		}
	}
	return n
}
