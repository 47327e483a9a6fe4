// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// permissions asks for what an account must be able to do by the profile (FP101).
func (s *scope) permissions(a model.Account) {
	needed := a.Needs(s.Facts, s.Release)
	var found []matrix.Check
	seen := map[matrix.Access]bool{}
	add := func(r facts.Rule, namespace string, weigh func(matrix.Access) (matrix.Severity, string)) {
		accesses, absent := checks.Expand(s.Model, r, namespace)
		s.skipUnserved(absent)
		for _, x := range accesses {
			if !seen[x.Access] {
				seen[x.Access] = true
				severity, because := weigh(x.Access)
				found = append(found, checks.ExpandedCheck(matrix.CheckMeta{
					Code: "FP101", Subject: matrix.Share(a.Subject), Severity: severity, Because: because,
					Origin: matrix.Share(s.releaseRole()), Hint: s.restore(a, facts.CRDController, r),
				}, matrix.Allow, x))
			}
		}
	}
	granted := s.granted(a)
	for _, n := range needed {
		namespace := ""
		if n.Own {
			namespace = a.Subject.Namespace
		}
		// With the profile of the release, a need in the own namespace is asked there, and what the release grants
		// besides in all namespaces. Any other need only decides how much a permission of the release matters.
		if s.profile() == checks.Required || s.profile() == checks.Release && n.Own && coverRule(granted, n.Rule) {
			add(n.Rule, namespace, func(matrix.Access) (matrix.Severity, string) {
				return matrix.Error, fmt.Sprintf("%s needs it: %s", a, n.Why)
			})
		}
	}
	if s.profile() != checks.Required {
		for _, r := range granted {
			add(r, "", func(x matrix.Access) (matrix.Severity, string) { return s.weigh(a, r, needed, x) })
		}
	}
	slices.SortStableFunc(found, func(x, y matrix.Check) int {
		one, _ := x.Access()
		other, _ := y.Access()
		return one.Compare(other)
	})
	s.Checks = append(s.Checks, found...)
}

// granted returns the rules that the profile grants to an account with all its components.
func (s *scope) granted(a model.Account) []facts.Rule {
	if !a.Runs(s.Facts.Needs.Known) {
		return nil
	}
	if s.profile() == checks.Documented {
		return facts.In(s.Facts.Documented.Rules, s.Release)
	}
	role := s.role(facts.CRDController)
	if !a.Runs(func(component string) bool { return role.Binds(component, s.Release) }) {
		return nil
	}
	return facts.In(role.Rules, s.Release)
}

// coverRule reports whether rules grant all of r.
func coverRule(rules []facts.Rule, r facts.Rule) bool { return policiesCover(facts.Policies(rules), r) }

func policiesCover(rules []rbacv1.PolicyRule, r facts.Rule) bool {
	covered, _ := validation.Covers(rules, []rbacv1.PolicyRule{r.Policy()})
	return covered
}

// weigh decides how much a granted permission matters: it is an error if the code needs it, or else a warning,
// because someone can have trimmed the role on purpose. What the security page promises is always an error.
func (s *scope) weigh(a model.Account, r facts.Rule, needed []facts.Need, x matrix.Access) (matrix.Severity, string) {
	if s.profile() == checks.Documented {
		return matrix.Error, fmt.Sprintf("Flux's security page documents it: %s", r.Why)
	}
	narrow := false
	for _, n := range needed {
		switch {
		case !rbac.Covers(n.Policy(), x):
		case n.Own:
			narrow = true
		default:
			return matrix.Error, fmt.Sprintf("Flux %s grants it, and %s needs it: %s", s.Release, a, n.Why)
		}
	}
	if narrow {
		return matrix.Warning, fmt.Sprintf("Flux %s grants it everywhere; %s needs it in its own namespace only", s.Release, a)
	}
	return matrix.Warning, fmt.Sprintf("Flux %s grants it; the code of %s does not need it", s.Release, a)
}
