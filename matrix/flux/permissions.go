// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// permissions are the rights that an account must have by the profile (FP101).
func (w *work) permissions(a account, out *derived) {
	needed := w.needsOf(a, w.judged)
	var found []matrix.Expectation
	seen := map[matrix.Attributes]bool{}
	add := func(r rule, namespace string, judge func(matrix.Attributes) (matrix.Severity, string)) {
		cells, absent := w.expand(r, namespace)
		w.absent(absent, out)
		for _, c := range cells {
			if !seen[c.attributes] {
				seen[c.attributes] = true
				severity, because := judge(c.attributes)
				found = append(found, w.permission(a, r, c, severity, because))
			}
		}
	}
	granted := w.granted(a)
	for _, n := range needed {
		namespace := ""
		if n.Own {
			namespace = a.subject.Namespace
		}
		// By the release, a need of the own namespace is asked there and what the release grants beyond
		// it in all namespaces; any other need only decides how much a right of the release matters.
		if w.profile() == Required || w.profile() == Release && n.Own && within(n.rule, granted) {
			add(n.rule, namespace, func(matrix.Attributes) (matrix.Severity, string) {
				return matrix.Error, fmt.Sprintf("%s needs it: %s", a, n.Why)
			})
		}
	}
	if w.profile() != Required {
		for _, r := range granted {
			add(r, "", func(x matrix.Attributes) (matrix.Severity, string) { return w.weigh(a, r, needed, x) })
		}
	}
	slices.SortStableFunc(found, func(x, y matrix.Expectation) int {
		one, _ := x.Access()
		other, _ := y.Access()
		return one.Attributes.Compare(other.Attributes)
	})
	out.expectations = append(out.expectations, found...)
}

// granted are the rules that the profile grants to an account with all its components.
func (w *work) granted(a account) []rule {
	if !a.runs(w.known) {
		return nil
	}
	if w.profile() == Documented {
		return in(w.documented.Rules, w.judged)
	}
	role := w.role("crd-controller")
	if !a.runs(func(component string) bool { return role.binds(component, w.judged) }) {
		return nil
	}
	return in(role.Rules, w.judged)
}

// within says whether rules grant all of what r is about.
func within(r rule, rules []rule) bool {
	for _, verb := range r.Verbs {
		for _, path := range r.Paths {
			if !anyCovers(rules, matrix.Attributes{Verb: verb, Path: path}) {
				return false
			}
		}
		for _, group := range r.Groups {
			for _, resource := range r.Resources {
				if !anyCovers(rules, matrix.Attributes{Verb: verb, Group: group, Resource: resource}) {
					return false
				}
			}
		}
	}
	return true
}

// weigh says how much a granted right matters: an error when the code needs it, else a warning, because
// a person may have trimmed the role on purpose. What the security page promises is an error always.
func (w *work) weigh(a account, r rule, needed []need, x matrix.Attributes) (matrix.Severity, string) {
	if w.profile() == Documented {
		return matrix.Error, fmt.Sprintf("Flux's security page says so: %s", r.Why)
	}
	narrow := false
	for _, n := range needed {
		switch {
		case !n.covers(x):
		case n.Own:
			narrow = true
		default:
			return matrix.Error, fmt.Sprintf("Flux %s grants it, and %s needs it: %s", w.judged, a, n.Why)
		}
	}
	if narrow {
		return matrix.Warning, fmt.Sprintf("Flux %s grants it everywhere; %s needs it in its own namespace only", w.judged, a)
	}
	return matrix.Warning, fmt.Sprintf("Flux %s grants it; the code of %s does not need it", w.judged, a)
}

func (w *work) permission(a account, r rule, c cell, severity matrix.Severity, because string) matrix.Expectation {
	e := matrix.Expectation{
		Code: "FP101", Subject: a.subject, Ways: matrix.One(a.subject, c.attributes), Want: matrix.Allow, Severity: severity,
		Because: because, Origin: w.roles.releaseRole(w.judged), Hint: w.roles.restore(a, "crd-controller", r),
	}
	return unlessLost(e, c)
}

// unlessLost settles an expectation about a group that discovery could not answer for: what exists in it
// is not known, and that is never a pass.
func unlessLost(e matrix.Expectation, c cell) matrix.Expectation {
	if c.lost != "" {
		e.Want, e.Severity, e.Settled = "", matrix.Error, matrix.Undetermined
		e.Observed = lostGroup(c.attributes.Group, c.lost)
		e.Hint = "repair or remove the APIService of " + c.attributes.Group + ": kubectl get apiservices"
	}
	return e
}
