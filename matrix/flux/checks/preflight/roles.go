// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const rbacGroup = rbacv1.GroupName

// writesRoles asks whether the account can write a role or a binding with the rules that the change gives it (FP423).
func (s *section) writesRoles(p model.Plan, o snapshot.Planned) {
	if o.Group != rbacGroup {
		return
	}
	switch o.Kind {
	case "Role", "ClusterRole":
		s.writesRole(p, o)
	case "RoleBinding", "ClusterRoleBinding":
		s.fixed(p, o)
		s.writesBinding(p, o)
	}
}

func (s *section) writesRole(p model.Plan, o snapshot.Planned) {
	role, ok := s.after.RBAC().Role(o.Namespace, o.Name)
	if !ok {
		return
	}
	c := s.grants(p, o, "escalate", checks.RoleResource(o.Namespace), o.Name, "writes")
	checks.OrHoldsRules(c, o.Namespace, role, s.options)
	if was, before := s.RBAC().Role(o.Namespace, o.Name); before && equality.Semantic.DeepEqual(was.Rules, role.Rules) &&
		equality.Semantic.DeepEqual(was.Aggregation, role.Aggregation) && s.sameLabels(p, was.Labels, o) {
		s.unchanged(c)
	}
	s.Add(c)
}

func (s *section) writesBinding(p model.Plan, o snapshot.Planned) {
	binding, ok := s.after.RBAC().Binding(o.Namespace, o.Name)
	if !ok {
		return
	}
	at := binding.RoleOrigin()
	resource := checks.RoleResource(at.Namespace)
	c := s.grants(p, o, "bind", resource, at.Name, "binds "+at.String()+" in")
	s.bindsEarly(p, o, at, slices.Clone(c.AnyOf))
	role, exists := s.after.RBAC().RoleOf(binding)
	tried, before := role, exists
	if s.TriedBefore(p, o, at) {
		tried, before = s.RBAC().RoleOf(binding)
	}
	switch why := s.WhyUnread(rbacGroup, resource); {
	case !exists && why != "":
		c.Severity = matrix.Warning
		c.Because += "; its rules could not be read (" + why + "), so holding them was not asked"
	case !exists:
		c.Because += "; " + at.String() + " does not exist, and the change does not bring it, so only bind is enough"
	case !before:
		c.Because += "; Flux tries it before " + at.String() + " of the same change is there, so only bind is enough"
		c.Hint = "grant bind on the role, or put the role into an object that this one depends on"
		if p.Kind == "Kustomization" {
			c.Hint = "grant bind on the role, put the role into an object that this one depends on, or start kustomize-controller with --" +
				s.Facts.Change.Stages.Third + "=" + rbacGroup + "/Role"
		}
	default:
		role.Rules = slices.Concat(tried.Rules, role.Rules)
		checks.OrHoldsRules(c, o.Namespace, distinct(role), s.options)
	}
	if was, there := s.RBAC().Binding(o.Namespace, o.Name); there && was.RoleOrigin() == at &&
		equality.Semantic.DeepEqual(was.Subjects, binding.Subjects) && s.sameLabels(p, was.Labels, o) {
		s.unchanged(c)
	}
	s.Add(c)
}

// grants returns a check about escalate or bind on a role.
func (s *section) grants(p model.Plan, o snapshot.Planned, verb, resource, name, does string) *matrix.Asked {
	return s.need(p, "FP423", o.Origin(), checks.OnRole(p.Account, verb, resource, o.Namespace, name), fmt.Sprintf("%s %s %s", p.Applier(), does, model.EntryOf(o)))
}

// unchanged makes a check information: the API server does not judge a role or binding that stays as it is
// (k8s.io/kubernetes pkg/registry/rbac/helpers.go@v1.37.2).
func (s *section) unchanged(c *matrix.Asked) {
	c.Severity = matrix.Info
	c.Because += "; it stays as it is, so that this counts only when it is changed"
}

// distinct returns the role with each rule once.
func distinct(role rbac.Role) rbac.Role {
	var rules []rbacv1.PolicyRule
	for _, r := range role.Rules {
		if !slices.ContainsFunc(rules, func(have rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(have, r) }) {
			rules = append(rules, r)
		}
	}
	role.Rules = rules
	return role
}

// sameLabels reports whether an object that is applied keeps its labels: those that name its owner are there already.
func (s *section) sameLabels(p model.Plan, was map[string]string, o snapshot.Planned) bool {
	before, after := s.Facts.Change.WithoutOwners(was), s.Facts.Change.WithoutOwners(o.Labels)
	return s.Facts.Change.Owned(was, p.Kind, p.Namespace, p.Name) && len(before) == len(after) && (len(before) == 0 || maps.Equal(before, after))
}
