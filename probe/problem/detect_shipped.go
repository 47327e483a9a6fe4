// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// shippedRole proposes that a ClusterRole which a finding is about differs from what the release ships: it
// does not exist, lacks labels, or lacks rules. Its name can have a suffix, as flux install adds one. It is
// nil when the release ships no such role.
func (w *finder) shippedRole(f *probe.Finding) *candidate {
	o := object(f.Origin.Get())
	if f.Verdict != matrix.Missing || o.Kind != "ClusterRole" {
		return nil
	}
	i := slices.IndexFunc(w.Roles, func(r rbac.Role) bool { return o.Name == r.Name || strings.HasPrefix(o.Name, r.Name+"-") })
	if i < 0 {
		return nil
	}
	want := w.Roles[i]
	want.Name = o.Name
	held, exists := w.index.Role("", o.Name)
	edited := held
	edited.Name, edited.Labels = o.Name, maps.Clone(held.Labels)
	if edited.Labels == nil {
		edited.Labels = map[string]string{}
	}
	maps.Copy(edited.Labels, want.Labels)
	_, lacking := validation.Covers(held.Rules, want.Rules)
	c := &candidate{
		cause: probe.Cause{Kind: o.Kind, Name: o.Name}, cost: 1, about: []matrix.Origin{o},
		covers: func(g *probe.Finding) bool { return g.Code == f.Code },
	}
	switch rules := joined(lacking); {
	case !exists:
		edited.Rules = want.Rules
		c.cause.Want, c.says = rulesText(want.Rules), o.String()+", which Flux ships, does not exist"
		c.summary = "Create " + o.String()
	case !maps.Equal(edited.Labels, held.Labels):
		label := missingLabels(held.Labels, want.Labels)
		c.cause.Field, c.cause.Want = "metadata.labels", strings.Join(label, ", ")
		c.says = fmt.Sprintf("%s lacks the labels %s, by which it is aggregated", o, c.cause.Want)
		c.summary = fmt.Sprintf("Label %s with %s", o, c.cause.Want)
		c.creates = []string{remedy.Kubectl("label", o) + " --overwrite " + quoteAll(label)}
	case len(rules) > 0:
		edited.Rules = slices.Concat(held.Rules, rules)
		c.cause.Field, c.cause.Want = "rules", rulesText(rules)
		c.says, c.summary = fmt.Sprintf("%s lacks %s", o, rulesText(rules)), fmt.Sprintf("Add to %s: %s", o, rulesText(rules))
		c.creates = []string{patchCommand(o, adding(rules)...)}
	default:
		return nil
	}
	c.edit.Roles = []rbac.Role{edited}
	return c
}

// joined returns rules of single verbs, as a comparison returns them, with as few rules as possible.
func joined(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	var accesses []matrix.Access
	for _, r := range rules {
		for _, verb := range r.Verbs {
			for _, group := range r.APIGroups {
				for _, resource := range r.Resources {
					name, sub, _ := strings.Cut(resource, "/")
					accesses = append(accesses, matrix.Access{Verb: verb, Group: group, Resource: name, Subresource: sub})
				}
			}
		}
	}
	return rbac.RulesAllowing(accesses)
}

// adding are the operations that add rules to a role.
func adding(rules []rbacv1.PolicyRule) []op {
	ops := make([]op, len(rules))
	for i, r := range rules {
		ops[i] = op{"add", "/rules/-", r}
	}
	return ops
}

// missingLabels returns the labels of want that held lacks, as key=value, sorted.
func missingLabels(held, want map[string]string) []string {
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if held[key] != want[key] {
			labels = append(labels, key+"="+want[key])
		}
	}
	return labels
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}
