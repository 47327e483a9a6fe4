// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// authorizers asks what ValidatingAdmissionPolicies ask the authorizer about what is applied (FP414): a policy can make an
// apply depend on any permission, also on one that only this policy knows.
func (s *section) authorizers(applied []*applier) {
	if len(applied) == 0 {
		return
	}
	s.unread("which permissions admission policies demand", snapshot.ValidatingPolicy, snapshot.ValidatingBinding)
	for i := range s.Admission.Policies {
		p := &s.Admission.Policies[i]
		demands := s.demands(p)
		if len(demands) == 0 {
			continue
		}
		meets := s.meetsPolicy(p)
		asking := &asking{section: s, policy: p, by: map[string]*demanded{}, skipped: map[string]bool{}}
		for _, d := range demands {
			for _, a := range applied {
				for _, o := range a.objects {
					if c := meets(o); c != never {
						asking.demand(d, a, o, c)
					}
				}
			}
		}
		asking.add()
	}
}

// demand is an expression of a policy, and what it asks the authorizer.
type demand struct {
	snapshot.Expression
	conditions []condition
	understood bool
	refuses    bool // if it is not true, the request is refused: it is a validation
}

// scopes reports whether the expression decides what the policy is about, instead of what it refuses.
func (d demand) scopes() bool { return strings.HasPrefix(d.Field, "spec.matchConditions") }

// demands returns the expressions of a policy that ask the authorizer.
func (s *section) demands(p *snapshot.AdmissionPolicy) []demand {
	var found []demand
	for _, e := range p.Expressions {
		if !strings.Contains(e.Text, authorizer) {
			continue
		}
		d := demand{Expression: e, refuses: strings.HasPrefix(e.Field, "spec.validations")}
		d.conditions, d.understood = conditions(e.Text)
		if d.scopes() {
			d.conditions, d.understood = nil, false
		}
		if !d.understood || len(d.conditions) > 0 {
			found = append(found, d)
		}
	}
	return found
}

// meetsPolicy returns the chance that a policy denies an object, by what it matches and by its bindings.
func (s *section) meetsPolicy(p *snapshot.AdmissionPolicy) func(*object) chance {
	matches := newMatcher(s.Model, &p.Match)
	var bound []*matcher
	for i := range s.Admission.Bindings {
		b := &s.Admission.Bindings[i]
		if b.Policy == p.Name && slices.Contains(b.Actions, admissionv1.Deny) {
			bound = append(bound, newMatcher(s.Model, &b.Match))
		}
	}
	return func(o *object) chance {
		best := never
		if len(bound) == 0 || o.isGuard(false) {
			return never
		}
		c := matches.meets(o)
		if c == never {
			return never
		}
		for _, b := range bound {
			best = max(best, b.meets(o))
		}
		if p.Conditions || p.Params {
			best = min(best, can)
		}
		return min(c, best)
	}
}
