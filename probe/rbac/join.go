// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// joinRules joins rules that differ in one list only, which allows nothing more: first the verbs of a
// resource and name, then names, paths, resources and groups. The result is sorted.
func joinRules(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	for _, list := range []func(*rbacv1.PolicyRule) *[]string{verbsOf, namesOf, pathsOf, resourcesOf, groupsOf} {
		rules = joinBy(rules, list)
	}
	slices.SortFunc(rules, compareRules)
	return rules
}

func verbsOf(r *rbacv1.PolicyRule) *[]string     { return &r.Verbs }
func namesOf(r *rbacv1.PolicyRule) *[]string     { return &r.ResourceNames }
func pathsOf(r *rbacv1.PolicyRule) *[]string     { return &r.NonResourceURLs }
func resourcesOf(r *rbacv1.PolicyRule) *[]string { return &r.Resources }
func groupsOf(r *rbacv1.PolicyRule) *[]string    { return &r.APIGroups }

// joinBy joins the rules that are equal in all lists but one. Rules with an empty list are not joined
// with others: without resourceNames a rule is about all names.
func joinBy(rules []rbacv1.PolicyRule, list func(*rbacv1.PolicyRule) *[]string) []rbacv1.PolicyRule {
	byRest := map[string]*rbacv1.PolicyRule{}
	var order []string
	for _, rule := range rules {
		entries := *list(&rule)
		rest := rule
		*list(&rest) = nil
		key := ruleKey(rest)
		if len(entries) == 0 {
			key += "*"
		}
		joined, ok := byRest[key]
		if !ok {
			byRest[key], order = &rule, append(order, key)
			continue
		}
		*list(joined) = slices.Concat(*list(joined), entries)
	}
	joined := make([]rbacv1.PolicyRule, len(order))
	for i, key := range order {
		joined[i] = *byRest[key]
		entries := list(&joined[i])
		*entries = sorted(*entries)
	}
	return joined
}

// sorted returns entries once each, verbs in the order of their columns, anything else by name.
func sorted(entries []string) []string {
	return slices.Compact(slices.SortedFunc(slices.Values(entries), matrix.CompareVerbs))
}

// ruleKey is the same for equal rules only: no name contains the separators.
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
