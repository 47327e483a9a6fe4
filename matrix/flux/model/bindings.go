// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Bindings are the ClusterRoleBindings of an install that stand for crd-controller and cluster-reconciler of a
// release. Their names differ by installer, so they are recognized by their subjects and by what they grant. They
// only explain answers and name objects.
type Bindings struct {
	Controllers []rbac.Binding // of a role like crd-controller, to a controller of the install
	Reconcilers []rbac.Binding // of a role like cluster-admin, to kustomize- or helm-controller
	Dangling    []rbac.Binding // to a controller, of a role that does not exist
	Unbound     string         // a role like crd-controller without a binding, if there are no Controllers
	Unread      string         // why ClusterRoles or ClusterRoleBindings are not known; "" when they are
}

func (m *Model) findBindings(accounts []Account) Bindings {
	var b Bindings
	for _, resource := range []string{"clusterroles", "clusterrolebindings"} {
		if why := m.WhyUnread(rbacv1.GroupName, resource); why != "" {
			b.Unread = resource + "." + rbacv1.GroupName + " could not be read: " + why
		}
	}
	reconciles := map[string]bool{} // by the name of each binding to an account
	var found []rbac.Binding
	for _, a := range accounts {
		for _, binding := range m.ClusterRoleBindingsOf(a.Subject) {
			if _, again := reconciles[binding.Name]; !again {
				found = append(found, binding)
			}
			reconciles[binding.Name] = reconciles[binding.Name] || a.Runs(m.Facts.Releases.IsReconciler)
		}
	}
	slices.SortFunc(found, func(x, y rbac.Binding) int { return strings.Compare(x.Name, y.Name) })
	for _, binding := range found {
		role, ok := m.RBAC().RoleOf(binding)
		switch {
		case !ok && b.Unread == "":
			b.Dangling = append(b.Dangling, binding)
		case GrantsEverything(role):
			if reconciles[binding.Name] {
				b.Reconcilers = append(b.Reconcilers, binding)
			}
		case GrantsFlux(role):
			b.Controllers = append(b.Controllers, binding)
		}
	}
	if len(b.Controllers) == 0 && b.Unread == "" {
		b.Unbound = m.unboundRole()
	}
	return b
}

// ClusterRoleBindingsOf returns the bindings that name subject itself and bind it to a ClusterRole in the whole
// cluster.
func (m *Model) ClusterRoleBindingsOf(subject matrix.Subject) []rbac.Binding {
	return slices.DeleteFunc(m.RBAC().BindingsOf(subject), func(b rbac.Binding) bool {
		return b.Namespace != "" || b.RoleRef.Kind != "ClusterRole"
	})
}

// unboundRole returns the name of the first ClusterRole like crd-controller that no ClusterRoleBinding refers to;
// "" when there is none.
func (m *Model) unboundRole() string {
	bound := map[string]bool{}
	for _, b := range m.Bindings {
		if b.Namespace == "" && b.RoleRef.Kind == "ClusterRole" {
			bound[b.RoleRef.Name] = true
		}
	}
	name := ""
	for _, role := range m.Roles {
		if role.Namespace == "" && GrantsFlux(role) && !GrantsEverything(role) && !bound[role.Name] && (name == "" || role.Name < name) {
			name = role.Name
		}
	}
	return name
}

// Unrestricted returns the rules of a role that are not limited to names.
func Unrestricted(r rbac.Role) []rbacv1.PolicyRule {
	return slices.DeleteFunc(slices.Clone(r.Rules), func(p rbacv1.PolicyRule) bool { return len(p.ResourceNames) > 0 })
}

// GrantsEverything reports whether a role grants everything, as the built-in cluster-admin does.
func GrantsEverything(r rbac.Role) bool {
	return rbac.AnyCovers(r.Rules, matrix.Access{Verb: "*", Group: "*", Resource: "*"})
}

// GrantsFlux reports whether a role is like crd-controller: it grants everything in some group of Flux, by the name
// of the group.
func GrantsFlux(r rbac.Role) bool {
	return slices.ContainsFunc(Unrestricted(r), func(p rbacv1.PolicyRule) bool {
		return slices.ContainsFunc(p.APIGroups, facts.IsGroup) && slices.Contains(p.Resources, "*") && slices.Contains(p.Verbs, "*")
	})
}

// OnlyImpersonates reports whether a role is like cluster-reconciler-impersonator of the community chart: it grants
// impersonation of ServiceAccounts and nothing else (fluxcd-community/helm-charts PR 112).
func OnlyImpersonates(r rbac.Role) bool {
	return len(r.Rules) > 0 && !slices.ContainsFunc(r.Rules, func(p rbacv1.PolicyRule) bool {
		return len(p.ResourceNames) > 0 || !slices.Equal(p.Resources, []string{"serviceaccounts"}) || !slices.Equal(p.Verbs, []string{"impersonate"})
	})
}

// Holds reports whether a ClusterRole for which want is true is bound to subject itself in the whole cluster.
func (m *Model) Holds(subject matrix.Subject, want func(rbac.Role) bool) bool {
	return slices.ContainsFunc(m.ClusterRoleBindingsOf(subject), func(b rbac.Binding) bool {
		role, _ := m.RBAC().RoleOf(b)
		return want(role)
	})
}

// RoleOrigin names the role of the first of some bindings; without one it names no role.
func (i *Install) RoleOrigin(bindings []rbac.Binding) matrix.Origin {
	o := matrix.Origin{Kind: "ClusterRole", Release: i.Release.String()}
	if len(bindings) > 0 {
		o.Name = bindings[0].RoleRef.Name
	}
	return o
}

// Restore describes how to repair a binding whose role does not exist; "" when there is none.
func (b Bindings) Restore() string {
	for _, x := range b.Dangling {
		return fmt.Sprintf("ClusterRoleBinding %s refers to ClusterRole %s, which does not exist: restore it", x.Name, x.RoleRef.Name)
	}
	return ""
}
