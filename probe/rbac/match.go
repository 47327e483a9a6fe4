// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// question is a request made ready to be compared with many rules.
type question struct {
	matrix.Attributes
	resource string // with the subresource, pods/exec
	anyOf    string // */exec, which a rule may name instead; "" without a subresource
	rule     []rbacv1.PolicyRule
}

func ask(a matrix.Attributes) question {
	if a.Path != "" {
		rule := rbacv1.PolicyRule{Verbs: []string{a.Verb}, NonResourceURLs: []string{a.Path}}
		return question{Attributes: a, rule: []rbacv1.PolicyRule{rule}}
	}
	q := question{Attributes: a, resource: a.Resource}
	if a.Subresource != "" {
		q.resource += "/" + a.Subresource
		q.anyOf = "*/" + a.Subresource
	}
	// The name is part of the rule even when it is empty: a rule without resourceNames covers it,
	// one with them only when it lists the empty name, which is what the API server's authorizer does.
	q.rule = []rbacv1.PolicyRule{{
		Verbs: []string{a.Verb}, APIGroups: []string{a.Group}, Resources: []string{q.resource}, ResourceNames: []string{a.Name},
	}}
	return q
}

// covered says whether rule allows q. Kubernetes' own comparison has the last word; before it the
// rules that have nothing to do with q are put aside without the allocations that it makes.
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
	ok, _ := validation.Covers([]rbacv1.PolicyRule{*rule}, q.rule)
	return ok
}

func (q *question) inResources(rule *rbacv1.PolicyRule) bool {
	return has(rule.Resources, q.resource) || q.anyOf != "" && slices.Contains(rule.Resources, q.anyOf)
}

// first is the place of the first rule that allows q, or -1.
func (q *question) first(rules []rbacv1.PolicyRule) int {
	for i := range rules {
		if q.covered(&rules[i]) {
			return i
		}
	}
	return -1
}

// has says whether a rule's list names s or everything.
func has(list []string, s string) bool {
	for _, l := range list {
		if l == s || l == "*" {
			return true
		}
	}
	return false
}

// RuleText is a rule on one line: get, list deployments.apps (only web, db).
func RuleText(rule rbacv1.PolicyRule) string {
	text := strings.Join(rule.Verbs, ", ") + " "
	if len(rule.NonResourceURLs) > 0 {
		return text + strings.Join(rule.NonResourceURLs, ", ")
	}
	var resources []string
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			resources = append(resources, resourceText(resource, group))
		}
	}
	text += strings.Join(resources, ", ")
	if len(rule.ResourceNames) > 0 {
		text += " (only " + strings.Join(rule.ResourceNames, ", ") + ")"
	}
	return text
}

// resourceText is a resource of a group as kubectl writes it; "*.*" is everything.
func resourceText(resource, group string) string {
	if group == "" {
		return resource
	}
	return resource + "." + group
}
