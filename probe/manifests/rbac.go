// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/probe/rbac"
)

// rbac reads the roles and bindings, adds those of Kubernetes that no manifest replaces, and computes
// the aggregated ones.
func (s *reading) rbac(objects []object) error {
	for _, o := range objects {
		if o.group != rbacv1.GroupName || o.raw == nil {
			continue
		}
		var err error
		switch o.kind {
		case "Role", "ClusterRole": // a Role is a ClusterRole without an aggregationRule
			err = s.role(o)
		case "RoleBinding", "ClusterRoleBinding": // the two have the same fields
			err = s.binding(o)
		}
		if err != nil {
			return err
		}
	}
	for _, r := range s.kubernetes.Roles {
		if !slices.ContainsFunc(s.Roles, func(own rbac.Role) bool { return own.Namespace == r.Namespace && own.Name == r.Name }) {
			s.Roles = append(s.Roles, rbac.Role(r))
		}
	}
	for _, b := range s.kubernetes.Bindings {
		if !slices.ContainsFunc(s.Bindings, func(own rbac.Binding) bool { return own.Namespace == b.Namespace && own.Name == b.Name }) {
			s.Bindings = append(s.Bindings, rbac.Binding(b))
		}
	}
	s.Roles = rbac.Aggregate(s.Roles)
	return nil
}

func (s *reading) role(o object) error {
	r, err := decode[rbacv1.ClusterRole](o)
	if err != nil {
		return err
	}
	for i, rule := range r.Rules {
		if len(rule.Verbs) == 0 || len(rule.NonResourceURLs) == 0 && (len(rule.APIGroups) == 0 || len(rule.Resources) == 0) {
			return o.problem(o.lineOf("rules"), "%s: rule %d needs verbs, and apiGroups and resources or nonResourceURLs", o.title(), i+1)
		}
	}
	if o.kind == "Role" {
		r.AggregationRule = nil
	}
	s.Roles = append(s.Roles, rbac.Role{Namespace: o.namespace, Name: o.name, Labels: r.Labels, Rules: r.Rules, Aggregation: r.AggregationRule})
	return nil
}

func (s *reading) binding(o object) error {
	b, err := decode[rbacv1.RoleBinding](o)
	if err != nil {
		return err
	}
	if ref := b.RoleRef; ref.Name == "" || ref.Kind != "ClusterRole" && (ref.Kind != "Role" || o.kind == "ClusterRoleBinding") {
		return o.problem(o.lineOf("roleRef"), "%s: roleRef must name a ClusterRole, or in a RoleBinding a Role", o.title())
	}
	for _, subject := range b.Subjects {
		known := slices.Contains([]string{rbacv1.ServiceAccountKind, rbacv1.UserKind, rbacv1.GroupKind}, subject.Kind)
		homeless := subject.Kind == rbacv1.ServiceAccountKind && subject.Namespace == "" && o.kind == "ClusterRoleBinding"
		if !known || subject.Name == "" || homeless {
			return o.problem(o.lineOf("subjects"), "%s: a subject must be a ServiceAccount with its namespace, a User or a Group, and have a name", o.title())
		}
	}
	s.Bindings = append(s.Bindings, rbac.Binding{Namespace: o.namespace, Name: o.name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects})
	return nil
}
