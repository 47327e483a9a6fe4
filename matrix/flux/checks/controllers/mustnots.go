// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// mustNots asks for what the account of a controller that applies nothing for people must not be able to do: what
// lets it change more than Flux's own objects (FP102), and with Options.Exact everything else that the profile does
// not grant (FP103). The questions are about the account's own namespace: the bindings of the cluster and those of
// that namespace decide.
func (s *scope) mustNots(a model.Account) {
	if !a.Runs(s.Facts.Needs.Known) || a.Runs(s.isReconciler) {
		return
	}
	allowed := s.allowed(a)
	seen := map[matrix.Access]bool{}
	deny := func(code string, x checks.Expanded, because string) {
		if seen[x.Access] || rbac.AnyCovers(allowed, x.Access) {
			return
		}
		seen[x.Access] = true
		s.AskExpanded(matrix.CheckMeta{
			Code: code, Subject: matrix.Share(a.Subject), Severity: matrix.Error, Because: because,
			Origin: matrix.Share(matrix.Origin{Release: s.Release.String()}),
			Hint:   "remove the permission from the role or binding that the server's reason names",
		}, matrix.Deny, x)
	}
	for _, r := range facts.In(s.Facts.MustNot.Rules, s.Release) {
		accesses, absent := s.expandMustNot(r, a.Subject.Namespace)
		s.skipUnserved(absent)
		for _, x := range accesses {
			deny("FP102", x, fmt.Sprintf("%s applies nothing for people: %s", a, r.Why))
		}
	}
	if !s.options.Exact {
		return
	}
	everything := facts.Rule{Groups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}
	accesses, _ := checks.Expand(s.Model, everything, a.Subject.Namespace)
	slices.SortStableFunc(accesses, func(x, y checks.Expanded) int { return x.Access.Compare(y.Access) })
	for _, x := range accesses {
		deny("FP103", x, fmt.Sprintf("%s, so %s should not have it", s.notGranted(), a))
	}
}

// expandMustNot expands a rule of mustnot.yaml, whose "*" is meant literally.
func (s *scope) expandMustNot(r facts.Rule, namespace string) ([]checks.Expanded, []string) {
	if slices.Contains(r.Groups, "*") {
		return []checks.Expanded{{Access: matrix.Access{Verb: "*", Group: "*", Resource: "*", Namespace: namespace}}}, nil
	}
	return checks.Expand(s.Model, r, namespace)
}

// allowed returns the rules that are not an excess for an account: what the profile grants it, what its code needs,
// what installers can add, and what every account can do. With the profile Required, what the role of the release
// grants beyond the needs is an excess.
func (s *scope) allowed(a model.Account) []rbacv1.PolicyRule {
	allowed := slices.Clone(s.Facts.Releases.Everyone)
	if s.profile() != checks.Required {
		allowed = append(allowed, s.granted(a)...)
	}
	for _, n := range a.Needs(s.Facts, s.Release) {
		allowed = append(allowed, n.Rule)
	}
	for _, role := range s.Facts.Releases.Optional {
		if !a.Runs(func(component string) bool { return role.Binds(component, s.Release) }) {
			continue
		}
		for _, r := range facts.In(role.Rules, s.Release) {
			if !s.leftOver(a, r) {
				allowed = append(allowed, r)
			}
		}
	}
	return facts.Policies(allowed)
}

// leftOver reports whether r, which an optional role can add, comes from the role of an earlier release instead:
// that release granted it in crd-controller, a role like that still does, and no other role of the account does.
func (s *scope) leftOver(a model.Account, r facts.Rule) bool {
	shipped := s.role(facts.CRDController).Rules
	if !coverRule(shipped, r) || coverRule(facts.In(shipped, s.Release), r) {
		return false
	}
	grants := func(role rbac.Role) bool { return policiesCover(role.Rules, r) }
	return s.Holds(a.Subject, func(role rbac.Role) bool { return model.GrantsFlux(role) && grants(role) }) &&
		!s.Holds(a.Subject, func(role rbac.Role) bool { return !model.GrantsFlux(role) && grants(role) })
}

func (s *scope) notGranted() string {
	switch s.profile() {
	case checks.Documented:
		return "Flux's security page does not mention it"
	case checks.Required:
		return "the code does not need it"
	default:
		return fmt.Sprintf("Flux %s does not grant it", s.Release)
	}
}
