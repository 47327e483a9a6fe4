// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// grants reports whether a rule grants an access, to any name.
func grants(rule rbacv1.PolicyRule, a matrix.Access) bool {
	rule.ResourceNames = nil
	return rbac.Covers(rule, a)
}

// grantedOf returns the accesses of list that a rule grants in namespace, by its first name if the rule has names.
func (s *section) grantedOf(rule rbacv1.PolicyRule, namespace string, list []matrix.Access) []matrix.Access {
	var found []matrix.Access
	for _, x := range list {
		if !grants(rule, x) {
			continue
		}
		a, ok := s.in(x, namespace)
		switch {
		case !ok:
		case len(rule.ResourceNames) == 0:
			found = append(found, a)
		case !slices.Contains([]string{"create", "list", "watch"}, a.Verb): // these carry no name
			for _, name := range rule.ResourceNames[:1] {
				a.Name = name
				found = append(found, a)
			}
		}
	}
	return found
}

// oneOfEachRule returns one access for each rule that an account holds in its namespace: one of samples, or else the
// first that the rule names. Rules of the bindings that the API server restores at its start are discovery, and are
// left out.
func (s *section) oneOfEachRule(account matrix.Subject, samples []matrix.Access) []matrix.Access {
	var found []matrix.Access
	for _, h := range s.RBAC().RulesFor(account, account.Namespace) {
		if h.Binding.Labels["kubernetes.io/bootstrapping"] == "rbac-defaults" {
			continue
		}
		list := samples
		if !slices.ContainsFunc(samples, func(a matrix.Access) bool { return grants(h.Rule, a) }) {
			list = firstOf(h.Rule)
		}
		if asked := s.grantedOf(h.Rule, account.Namespace, list); len(asked) > 0 {
			found = append(found, asked[0])
		}
	}
	slices.SortFunc(found, matrix.Access.Compare)
	return slices.Compact(found)
}

// firstOf returns the accesses by the first verb of a rule to its resources.
func firstOf(rule rbacv1.PolicyRule) []matrix.Access {
	var found []matrix.Access
	verb := "get"
	if len(rule.Verbs) > 0 && rule.Verbs[0] != "*" {
		verb = rule.Verbs[0]
	}
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			name, subresource, _ := strings.Cut(resource, "/")
			found = append(found, matrix.Access{Verb: verb, Group: group, Resource: name, Subresource: subresource})
		}
	}
	return found
}
