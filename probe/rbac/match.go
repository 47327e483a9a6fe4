// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// Covers reports whether a rule allows an access, wherever the rule counts: the namespace is not
// compared. A rule with resourceNames covers only an access to one of these names.
func Covers(rule rbacv1.PolicyRule, access matrix.Access) bool {
	q := ask(access)
	return q.covered(&rule)
}

// AnyCovers reports whether one of rules allows an access, as Covers does.
func AnyCovers(rules []rbacv1.PolicyRule, access matrix.Access) bool {
	q := ask(access)
	return q.first(rules) >= 0
}

// question is an access prepared to be compared with many rules.
type question struct {
	matrix.Access
	resource string              // with the subresource: pods/exec
	anyOf    string              // */exec, which a rule can name instead; "" without a subresource
	rule     []rbacv1.PolicyRule // the access as a rule, once it is needed
}

func ask(a matrix.Access) question {
	q := question{Access: a, resource: resourceOf(a)}
	if a.Subresource != "" {
		q.anyOf = "*/" + a.Subresource
	}
	return q
}

// covered reports whether rule allows q. Kubernetes' own comparison decides; the checks before it
// only skip, without its allocations, the rules that have nothing to do with q.
func (q *question) covered(rule *rbacv1.PolicyRule) bool {
	if !has(rule.Verbs, q.Verb) {
		return false
	}
	if q.Path != "" {
		if len(rule.NonResourceURLs) == 0 {
			return false
		}
	} else if !has(rule.APIGroups, q.Group) || !q.inResources(rule) {
		return false
	}
	ok, _ := validation.Covers([]rbacv1.PolicyRule{*rule}, q.asRule())
	return ok
}

// asRule is the access as a rule. Most rules do not come as far as a comparison.
func (q *question) asRule() []rbacv1.PolicyRule {
	if q.rule == nil {
		rule := ruleOf(q.Access)
		if q.Path == "" {
			// As the API server's authorizer, compare the name even when it is empty: only a rule without
			// resourceNames covers an access to all names.
			rule.ResourceNames = []string{q.Name}
		}
		q.rule = []rbacv1.PolicyRule{rule}
	}
	return q.rule
}

func (q *question) inResources(rule *rbacv1.PolicyRule) bool {
	return has(rule.Resources, q.resource) || q.anyOf != "" && slices.Contains(rule.Resources, q.anyOf)
}

// first returns the index of the first rule that allows q, or -1.
func (q *question) first(rules []rbacv1.PolicyRule) int {
	for i := range rules {
		if q.covered(&rules[i]) {
			return i
		}
	}
	return -1
}

// has reports whether a list of a rule contains s or the wildcard.
func has(list []string, s string) bool {
	for _, l := range list {
		if l == s || l == "*" {
			return true
		}
	}
	return false
}
