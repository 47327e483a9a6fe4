// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// costElsewhere is added for a role without a rule on the resource that is asked for.
const costElsewhere = 0.5

// missingRule proposes that a role of the account lacks rules or verbs: all that its holders lack where they
// hold it, in one change.
func (w *finder) missingRule(q question) []*candidate {
	var all []*candidate
	done := map[matrix.Origin]bool{}
	for _, b := range w.index.BindingsFor(q.subject, q.access.Namespace) {
		role, exists := w.index.RoleOf(b)
		if !exists || role.Builtin() || role.Aggregation != nil || done[role.Origin()] {
			continue
		}
		done[role.Origin()] = true
		if c := w.extended(role, b, q); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// extended proposes a role with what its holders lack.
func (w *finder) extended(role rbac.Role, b rbac.Binding, q question) *candidate {
	o := role.Origin()
	needed, holders := w.neededThrough(role)
	if len(needed) == 0 {
		return nil
	}
	edited := role
	edited.Rules = slices.Clone(role.Rules)
	lacking := lackingRules(role.Rules, needed)
	var ops []op
	field, was := "rules", ""
	for _, rule := range lacking {
		at := slices.IndexFunc(edited.Rules, func(r rbacv1.PolicyRule) bool { return rbac.SameObjects(r, rule) })
		if at < 0 {
			edited.Rules = append(edited.Rules, rule)
			ops = append(ops, op{"add", "/rules/-", rule})
			continue
		}
		if field == "rules" {
			field, was = fmt.Sprintf("rules[%d].verbs", at), strings.Join(edited.Rules[at].Verbs, ", ")
		}
		edited.Rules[at].Verbs = sortedVerbs(slices.Concat(edited.Rules[at].Verbs, rule.Verbs))
		ops = append(ops, op{"test", fmt.Sprintf("/rules/%d/resources", at), edited.Rules[at].Resources}, op{"replace", fmt.Sprintf("/rules/%d/verbs", at), edited.Rules[at].Verbs})
	}
	if len(role.Rules) == 0 {
		ops = []op{{"add", "/rules", edited.Rules}}
	}
	want := rulesText(lacking)
	if len(lacking) == 1 && field != "rules" {
		want = was + ", " + strings.Join(lacking[0].Verbs, ", ")
	} else {
		field, was = "rules", ""
	}
	cost := float64(len(lacking))
	switch {
	case object(q.finding.Origin.Get()) == o:
		cost -= costElsewhere / 2 // the check says where the permission comes from
	case !slices.ContainsFunc(role.Rules, func(r rbacv1.PolicyRule) bool { return onSame(r, q.access) }):
		cost = (cost + costElsewhere) * float64(holders) // that all of them should have it is not known
	}
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: field, Was: was, Want: want},
		says:  fmt.Sprintf("%s, bound by %s, lacks %s", o, b.Origin(), rulesText(lacking)),
		cost:  cost, edit: rbac.Edit{Roles: []rbac.Role{edited}}, only: matrix.Deny, rules: lacking,
		summary: fmt.Sprintf("Add to %s: %s", o, rulesText(lacking)),
		creates: []string{patchCommand(o, ops...)},
		about:   []matrix.Origin{o}, covers: func(f *probe.Finding) bool { return f.Verdict == matrix.Missing && f.Origin.Get().Field == "rules" },
	}
}

// lackingRules are the smallest rules that allow what is needed. Where all resources of a rule lack a verb, that rule
// with the verb is one of them, so that it is completed and not repeated for each API group.
func lackingRules(rules []rbacv1.PolicyRule, needed []matrix.Access) []rbacv1.PolicyRule {
	var lacking []rbacv1.PolicyRule
	for _, r := range rules {
		if len(r.APIGroups) < 2 || len(r.ResourceNames) > 0 || slices.Contains(r.APIGroups, "*") || slices.Contains(r.Resources, "*") {
			continue
		}
		byVerb := map[string]map[string]bool{}
		about := func(a matrix.Access) (resource string, ok bool) {
			resource = a.Resource
			if a.Subresource != "" {
				resource += "/" + a.Subresource
			}
			return resource, a.Name == "" && slices.Contains(r.APIGroups, a.Group) && slices.Contains(r.Resources, resource)
		}
		for _, a := range needed {
			if resource, ok := about(a); ok {
				if byVerb[a.Verb] == nil {
					byVerb[a.Verb] = map[string]bool{}
				}
				byVerb[a.Verb][resource] = true
			}
		}
		whole := r
		whole.Verbs = nil
		for verb, resources := range byVerb {
			if len(resources) == len(r.Resources) {
				whole.Verbs = append(whole.Verbs, verb)
			}
		}
		if len(whole.Verbs) == 0 {
			continue
		}
		whole.Verbs = sortedVerbs(whole.Verbs)
		lacking = append(lacking, whole)
		needed = slices.DeleteFunc(slices.Clone(needed), func(a matrix.Access) bool {
			_, ok := about(a)
			return ok && slices.Contains(whole.Verbs, a.Verb)
		})
	}
	return append(lacking, rbac.RulesAllowing(needed)...)
}

// onSame reports whether a rule is about the resource of an access, whatever its verbs are.
func onSame(rule rbacv1.PolicyRule, access matrix.Access) bool {
	rule.Verbs, access.Name = []string{access.Verb}, ""
	rule.ResourceNames = nil
	return rbac.Covers(rule, access)
}

func sortedVerbs(verbs []string) []string {
	return slices.Compact(slices.SortedFunc(slices.Values(verbs), matrix.CompareVerbs))
}

// mostRules is how many rules a text names.
const mostRules = 3

// rulesText describes rules on one line.
func rulesText(rules []rbacv1.PolicyRule) string {
	var texts []string
	for i, r := range rules {
		if left := len(rules) - i; i == mostRules && left > 1 {
			texts = append(texts, fmt.Sprintf("and %d more rules", left))
			break
		}
		texts = append(texts, rbac.RuleText(r))
	}
	return strings.Join(texts, "; ")
}

// createRole are the commands that create a role: with its first rule, then the others. Where the first rule has
// wildcards or paths, which kubectl create does not take, its place is held until the patch.
func createRole(role rbac.Role) []string {
	wild := func(r rbacv1.PolicyRule) bool {
		return slices.Contains(r.Resources, "*") || slices.Contains(r.APIGroups, "*") || len(r.Resources) == 0
	}
	if len(role.Rules) == 0 {
		return nil
	}
	if wild(role.Rules[0]) {
		return []string{
			remedy.Kubectl("create", role.Origin()) + " --verb=get --resource=pods",
			patchCommand(role.Origin(), op{"replace", "/rules", role.Rules}),
		}
	}
	rule := role.Rules[0]
	command := remedy.Kubectl("create", role.Origin())
	for _, verb := range rule.Verbs {
		command += " --verb=" + quote(verb)
	}
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			name, sub, isSub := strings.Cut(resource, "/")
			if group != "" {
				name += "." + group
			}
			if isSub {
				name += "/" + sub
			}
			command += " --resource=" + quote(name)
		}
	}
	for _, name := range rule.ResourceNames {
		command += " --resource-name=" + quote(name)
	}
	if rest := role.Rules[1:]; len(rest) > 0 {
		return []string{command, patchCommand(role.Origin(), adding(rest)...)}
	}
	return []string{command}
}
