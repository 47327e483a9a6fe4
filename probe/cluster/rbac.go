// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/probe/rbac"
)

// roles reads Roles and ClusterRoles.
func (r *reading) roles(ctx context.Context) []rbac.Role {
	all := list(ctx, r, clusterRoles, keepAs(func(c *rbacv1.ClusterRole) rbac.Role {
		return rbac.Role{Name: c.Name, Labels: c.Labels, Rules: c.Rules, Aggregation: c.AggregationRule}
	}))
	all = append(all, list(ctx, r, roles, keepAs(func(c *rbacv1.Role) rbac.Role {
		return rbac.Role{Namespace: c.Namespace, Name: c.Name, Labels: c.Labels, Rules: c.Rules}
	}))...)
	slices.SortFunc(all, func(a, b rbac.Role) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return all
}

// bindings reads RoleBindings and ClusterRoleBindings.
func (r *reading) bindings(ctx context.Context) []rbac.Binding {
	all := list(ctx, r, clusterRoleBindings, keepAs(func(b *rbacv1.ClusterRoleBinding) rbac.Binding {
		return rbac.Binding{Name: b.Name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects}
	}))
	all = append(all, list(ctx, r, roleBindings, keepAs(func(b *rbacv1.RoleBinding) rbac.Binding {
		return rbac.Binding{Namespace: b.Namespace, Name: b.Name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects}
	}))...)
	slices.SortFunc(all, func(a, b rbac.Binding) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return all
}
