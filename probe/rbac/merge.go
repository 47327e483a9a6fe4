// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// mergeRules makes rules of reviews, and joins them.
func mergeRules(reviews []matrix.Review) []rbacv1.PolicyRule {
	rules := make([]rbacv1.PolicyRule, 0, len(reviews))
	for _, r := range reviews {
		a := r.Attributes
		rule := rbacv1.PolicyRule{Verbs: []string{a.Verb}}
		if a.Path != "" {
			rule.NonResourceURLs = []string{a.Path}
			rules = append(rules, rule)
			continue
		}
		resource := a.Resource
		if a.Subresource != "" {
			resource += "/" + a.Subresource
		}
		rule.APIGroups, rule.Resources = []string{a.Group}, []string{resource}
		if a.Name != "" {
			rule.ResourceNames = []string{a.Name}
		}
		rules = append(rules, rule)
	}
	return joinRules(rules)
}

// joinRules joins the rules that differ in one list only, which grants no more than they do: first the
// verbs of a resource and name, then the names, the paths, the resources and the groups that share
// the rest.
func joinRules(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	for _, list := range []func(*rbacv1.PolicyRule) *[]string{verbsOf, namesOf, pathsOf, resourcesOf, groupsOf} {
		rules = join(rules, list)
	}
	slices.SortFunc(rules, compareRules)
	return rules
}

func verbsOf(r *rbacv1.PolicyRule) *[]string     { return &r.Verbs }
func namesOf(r *rbacv1.PolicyRule) *[]string     { return &r.ResourceNames }
func pathsOf(r *rbacv1.PolicyRule) *[]string     { return &r.NonResourceURLs }
func resourcesOf(r *rbacv1.PolicyRule) *[]string { return &r.Resources }
func groupsOf(r *rbacv1.PolicyRule) *[]string    { return &r.APIGroups }

// join merges the rules that are equal but for one list. A rule whose list is empty stays as it is:
// without names it is about all of them.
func join(rules []rbacv1.PolicyRule, list func(*rbacv1.PolicyRule) *[]string) []rbacv1.PolicyRule {
	merged := map[string]*rbacv1.PolicyRule{}
	var order []string
	for _, rule := range rules {
		rest := rule
		entries := *list(&rule)
		*list(&rest) = nil
		key := ruleKey(rest)
		if len(entries) == 0 {
			key += "*"
		}
		into, ok := merged[key]
		if !ok {
			merged[key], order = &rule, append(order, key)
			continue
		}
		*list(into) = append(slices.Clone(*list(into)), entries...)
	}
	joined := make([]rbacv1.PolicyRule, 0, len(order))
	for _, key := range order {
		rule := *merged[key]
		sortList(list(&rule))
		joined = append(joined, rule)
	}
	return joined
}

// sortList puts verbs in the order of their columns, and everything else by name.
func sortList(list *[]string) {
	if len(*list) > 1 {
		slices.SortFunc(*list, matrix.CompareVerbs)
		*list = slices.Compact(*list)
	}
}

// ruleKey tells rules apart; the separators are no part of any name.
func ruleKey(r rbacv1.PolicyRule) string {
	lists := [][]string{r.NonResourceURLs, r.APIGroups, r.Resources, r.ResourceNames, r.Verbs}
	parts := make([]string, len(lists))
	for i, list := range lists {
		parts[i] = strings.Join(list, "\x01")
	}
	return strings.Join(parts, "\x00")
}

func compareRules(a, b rbacv1.PolicyRule) int {
	return cmp.Or(
		slices.Compare(a.NonResourceURLs, b.NonResourceURLs),
		slices.Compare(a.APIGroups, b.APIGroups),
		slices.Compare(a.Resources, b.Resources),
		slices.Compare(a.ResourceNames, b.ResourceNames),
		slices.CompareFunc(a.Verbs, b.Verbs, matrix.CompareVerbs),
	)
}
