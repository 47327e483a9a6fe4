// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// roles reads Roles and ClusterRoles.
func (r *reading) roles(ctx context.Context) []flux.Role {
	roles := list(ctx, r, "clusterroles."+rbacv1.GroupName, metav1.ListOptions{}, clusterScoped(func(ctx context.Context, o metav1.ListOptions) ([]flux.Role, string, error) {
		l, err := r.rbac.ClusterRoles().List(ctx, o)
		if err != nil {
			return nil, "", err
		}
		return convert(l.Items, func(c *rbacv1.ClusterRole) flux.Role {
			return flux.Role{Name: c.Name, Labels: c.Labels, Rules: c.Rules, Aggregation: c.AggregationRule}
		}), l.Continue, nil
	}))
	roles = append(roles, list(ctx, r, "roles."+rbacv1.GroupName, metav1.ListOptions{}, func(namespace string) page[flux.Role] {
		return func(ctx context.Context, o metav1.ListOptions) ([]flux.Role, string, error) {
			l, err := r.rbac.Roles(namespace).List(ctx, o)
			if err != nil {
				return nil, "", err
			}
			return convert(l.Items, func(c *rbacv1.Role) flux.Role {
				return flux.Role{Namespace: c.Namespace, Name: c.Name, Labels: c.Labels, Rules: c.Rules}
			}), l.Continue, nil
		}
	})...)
	slices.SortFunc(roles, func(a, b flux.Role) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return roles
}

// bindings reads RoleBindings and ClusterRoleBindings.
func (r *reading) bindings(ctx context.Context) []flux.Binding {
	bindings := list(ctx, r, "clusterrolebindings."+rbacv1.GroupName, metav1.ListOptions{}, clusterScoped(func(ctx context.Context, o metav1.ListOptions) ([]flux.Binding, string, error) {
		l, err := r.rbac.ClusterRoleBindings().List(ctx, o)
		if err != nil {
			return nil, "", err
		}
		return convert(l.Items, func(b *rbacv1.ClusterRoleBinding) flux.Binding {
			return flux.Binding{Name: b.Name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects}
		}), l.Continue, nil
	}))
	bindings = append(bindings, list(ctx, r, "rolebindings."+rbacv1.GroupName, metav1.ListOptions{}, func(namespace string) page[flux.Binding] {
		return func(ctx context.Context, o metav1.ListOptions) ([]flux.Binding, string, error) {
			l, err := r.rbac.RoleBindings(namespace).List(ctx, o)
			if err != nil {
				return nil, "", err
			}
			return convert(l.Items, func(b *rbacv1.RoleBinding) flux.Binding {
				return flux.Binding{Namespace: b.Namespace, Name: b.Name, Labels: b.Labels, RoleRef: b.RoleRef, Subjects: b.Subjects}
			}), l.Continue, nil
		}
	})...)
	slices.SortFunc(bindings, func(a, b flux.Binding) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return bindings
}

func convert[T, U any](items []T, one func(*T) U) []U {
	converted := make([]U, len(items))
	for i := range items {
		converted[i] = one(&items[i])
	}
	return converted
}
