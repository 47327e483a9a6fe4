// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// RoleNeed is the one role that a subject needs in one scope.
type RoleNeed struct {
	Subject   matrix.Subject
	Namespace string              // "" is the whole cluster
	Rules     []rbacv1.PolicyRule // of the role, Kept among them
	Reviews   []matrix.Review     // the accesses that the role is needed for, sorted

	// Kept are the rules that the cluster's role of this name has besides. See Index.MergeExisting.
	Kept []rbacv1.PolicyRule
}

// MinimalRoles returns the smallest roles that allow exactly what reviews ask: one for each subject
// and scope, sorted. Rules are joined where that allows nothing more. An access to one name is left out
// beside the same access to all names, and one in a namespace beside the same in the whole cluster.
func MinimalRoles(reviews []matrix.Review) []RoleNeed {
	asked := make(map[matrix.Review]bool, len(reviews))
	for _, r := range reviews {
		asked[r] = true
	}
	type scope struct {
		subject   matrix.Subject
		namespace string
	}
	byScope := map[scope][]matrix.Review{}
	for r := range asked {
		if !slices.ContainsFunc(wider(r), func(w matrix.Review) bool { return asked[w] }) {
			s := scope{r.Subject.Get(), r.Access.Namespace}
			byScope[s] = append(byScope[s], r)
		}
	}
	needs := make([]RoleNeed, 0, len(byScope))
	for s, reviews := range byScope {
		slices.SortFunc(reviews, func(a, b matrix.Review) int { return a.Access.Compare(b.Access) })
		needs = append(needs, RoleNeed{Subject: s.subject, Namespace: s.namespace, Rules: rulesOf(reviews), Reviews: reviews})
	}
	slices.SortFunc(needs, func(a, b RoleNeed) int {
		return cmp.Or(a.Subject.Compare(b.Subject), strings.Compare(a.Namespace, b.Namespace))
	})
	return needs
}

// wider returns the reviews that RBAC cannot allow without allowing r: about all names, about all
// namespaces, and about both.
func wider(r matrix.Review) []matrix.Review {
	var reviews []matrix.Review
	unnamed, everywhere, both := r, r, r
	unnamed.Access.Name, everywhere.Access.Namespace = "", ""
	both.Access.Name, both.Access.Namespace = "", ""
	for _, w := range []matrix.Review{unnamed, everywhere, both} {
		if w != r {
			reviews = append(reviews, w)
		}
	}
	return reviews
}

// rulesOf returns the joined rules that allow exactly the accesses of reviews.
func rulesOf(reviews []matrix.Review) []rbacv1.PolicyRule {
	rules := make([]rbacv1.PolicyRule, len(reviews))
	for i, r := range reviews {
		rules[i] = ruleOf(r.Access)
	}
	return joinRules(rules)
}

func ruleOf(a matrix.Access) rbacv1.PolicyRule {
	if a.Path != "" {
		return rbacv1.PolicyRule{Verbs: []string{a.Verb}, NonResourceURLs: []string{a.Path}}
	}
	rule := rbacv1.PolicyRule{Verbs: []string{a.Verb}, APIGroups: []string{a.Group}, Resources: []string{resourceOf(a)}}
	if a.Name != "" {
		rule.ResourceNames = []string{a.Name}
	}
	return rule
}

// resourceOf names a resource as rules do, with its subresource: pods/exec.
func resourceOf(a matrix.Access) string {
	if a.Subresource == "" {
		return a.Resource
	}
	return a.Resource + "/" + a.Subresource
}
