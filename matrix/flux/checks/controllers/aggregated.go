// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// aggregated checks that flux-view and flux-edit give people who have view, edit or admin the permissions on Flux's
// objects that the release intends (FP106). It reads the roles, which are recognized by their labels and rules,
// whatever their names are.
func (s *scope) aggregated() {
	for _, name := range []string{"flux-view", "flux-edit"} {
		c := &matrix.Observed{CheckMeta: matrix.CheckMeta{
			Code: "FP106", Severity: matrix.Warning,
			Because: fmt.Sprintf("Flux %s lets people with the built-in roles use its objects by %s", s.Release, name),
			Origin:  matrix.Share(matrix.Origin{Kind: "ClusterRole", Name: name, Release: s.Release.String()}),
		}}
		s.Add(c)
		if why := s.WhyUnread(rbacv1.GroupName, "clusterroles"); why != "" {
			c.Verdict, c.Evidence = matrix.Undetermined, "clusterroles could not be listed: "+why
			continue
		}
		role := s.role(name)
		if held := slices.DeleteFunc(s.aggregating(role), rbac.Role.Builtin); len(held) > 0 {
			c.Origin = matrix.Share(matrix.Origin{Kind: "ClusterRole", Name: held[0].Name, Release: s.Release.String()})
		} else if r, ok := s.unlabelled(role); ok {
			c.Origin = matrix.Share(matrix.Origin{Kind: "ClusterRole", Name: r.Name, Release: s.Release.String()})
		}
		c.Verdict = matrix.Missing
		if c.Evidence, c.Hint = s.lacking(role); c.Evidence == "" {
			c.Evidence, c.Hint = s.lackingInRelease(role)
		}
		if c.Evidence == "" {
			c.Verdict, c.Evidence = matrix.Pass, "complete and aggregated"
		}
	}
}

// aggregating returns the ClusterRoles that carry one of the role's labels and grant something on Flux's objects.
func (s *scope) aggregating(role facts.Role) []rbac.Role {
	var held []rbac.Role
	for _, r := range s.Roles {
		labelled := slices.ContainsFunc(role.Labels, func(label string) bool { return r.Labels[label] == "true" })
		if r.Namespace == "" && labelled && s.grantsSome(r, role) {
			held = append(held, r)
		}
	}
	return held
}

// grantsSome reports whether r grants some verb of the role on one of its groups.
func (s *scope) grantsSome(r rbac.Role, role facts.Role) bool {
	for _, wanted := range facts.In(role.Rules, s.Release) {
		for _, have := range model.Unrestricted(r) {
			if slices.ContainsFunc(have.APIGroups, func(g string) bool { return slices.Contains(wanted.Groups, g) }) &&
				slices.ContainsFunc(have.Verbs, func(v string) bool { return v == "*" || slices.Contains(wanted.Verbs, v) }) {
				return true
			}
		}
	}
	return false
}

// lacking describes which groups and verbs which built-in role lacks, and what to do; both are empty if none does.
func (s *scope) lacking(role facts.Role) (evidence, hint string) {
	wanted := facts.In(role.Rules, s.Release)
	var lines []string
	for _, label := range role.Labels {
		var rules []rbacv1.PolicyRule
		for _, r := range s.Roles {
			if r.Namespace == "" && r.Labels[label] == "true" {
				rules = append(rules, r.Rules...)
			}
		}
		if missing := s.missing(wanted, rules); missing != "" {
			lines = append(lines, strings.TrimPrefix(label, "rbac.authorization.k8s.io/aggregate-to-")+" lacks "+missing)
		}
	}
	if len(lines) == 0 {
		return "", ""
	}
	if r, ok := s.unlabelled(role); ok {
		return "ClusterRole " + r.Name + " is not aggregated: " + strings.Join(lines, "; "),
			fmt.Sprintf("kubectl label clusterrole %s %s=true", safetext.Quote(r.Name), strings.Join(role.Labels, "=true "))
	}
	return strings.Join(lines, "; "), fmt.Sprintf("restore ClusterRole %s of Flux %s with its labels and rules", role.Name, s.Release)
}

// unlabelled returns the ClusterRole that grants all of the role; false if there is none.
func (s *scope) unlabelled(role facts.Role) (rbac.Role, bool) {
	wanted := facts.In(role.Rules, s.Release)
	for _, r := range s.Roles {
		if r.Namespace == "" && r.Aggregation == nil && !model.GrantsFlux(r) && s.missing(wanted, namingGroups(r)) == "" {
			return r, true
		}
	}
	return rbac.Role{}, false
}

// namingGroups returns the rules that name their API groups: to aggregate a role that grants something on all groups
// would give people far more than Flux's objects.
func namingGroups(r rbac.Role) []rbacv1.PolicyRule {
	return slices.DeleteFunc(slices.Clone(r.Rules), func(p rbacv1.PolicyRule) bool { return slices.Contains(p.APIGroups, "*") })
}

// missing describes the groups, each with its verbs, that rules do not grant of what is wanted and served.
func (s *scope) missing(wanted []facts.Rule, rules []rbacv1.PolicyRule) string {
	var parts []string
	for _, want := range wanted {
		for _, group := range want.Groups {
			var verbs []string
			for _, verb := range want.Verbs {
				if !s.covered(group, verb, rules) {
					verbs = append(verbs, verb)
				}
			}
			if len(verbs) > 0 {
				parts = append(parts, strings.Join(verbs, ", ")+" on "+group)
			}
		}
	}
	return strings.Join(parts, "; ")
}

// covered reports whether rules grant a verb on every resource of a group that is served. A group that is not
// installed lacks nothing.
func (s *scope) covered(group, verb string, rules []rbacv1.PolicyRule) bool {
	if rbac.AnyCovers(rules, matrix.Access{Verb: verb, Group: group, Resource: "*"}) {
		return true
	}
	served := 0
	for _, r := range s.Resources {
		if r.Group != group || r.Subresource != "" || !r.Has(verb) {
			continue
		}
		served++
		if !rbac.AnyCovers(rules, matrix.Access{Verb: verb, Group: group, Resource: r.Resource}) {
			return false
		}
	}
	return served > 0 || s.FailedGroup(group) == ""
}

// lackingInRelease describes what the release itself lacks by mistake, which a later patch adds.
func (s *scope) lackingInRelease(role facts.Role) (evidence, hint string) {
	for _, r := range role.Rules {
		if r.ExpectedSince.IsZero() || s.Release.Before(r.ExpectedSince) || r.Holds(s.Release) {
			continue
		}
		var rules []rbacv1.PolicyRule
		for _, held := range s.aggregating(role) {
			rules = append(rules, held.Rules...)
		}
		if missing := s.missing([]facts.Rule{r}, rules); missing != "" {
			return fmt.Sprintf("lacks %s: Flux %s ships it so, a mistake that %s repairs", missing, s.Release, r.Since),
				fmt.Sprintf("upgrade Flux to %s or later", r.Since)
		}
	}
	return "", ""
}
