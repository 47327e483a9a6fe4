// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// HeldRole is a role that an account holds, through a binding to itself or to a group that it is in.
type HeldRole struct {
	Binding Binding // the role counts in its namespace, or everywhere when that is empty
	Role    Role
	Subject matrix.Subject // whom Binding names
}

// RolesOf returns the roles that subject holds in any namespace, sorted by binding, ClusterRoleBindings
// first. Bindings to roles that do not exist are left out.
func (x *Index) RolesOf(subject matrix.Subject) []HeldRole {
	var held []HeldRole
	for _, id := range requestorOf(subject).identities() {
		for _, s := range x.bySubject[id] {
			if s.role != nil {
				held = append(held, HeldRole{*s.binding, *s.role, s.subject})
			}
		}
	}
	slices.SortStableFunc(held, func(a, b HeldRole) int { return a.Binding.compare(b.Binding) })
	return held
}

// Unneeded returns the rules of h that needs do not require, broken down and joined again: what can
// be taken away. A role that counts everywhere is compared with what is needed everywhere, so a rule
// that is needed in one namespace only is unneeded there. So is a rule with *, unless * is needed.
func (h HeldRole) Unneeded(needs []RoleNeed) []rbacv1.PolicyRule {
	var needed []rbacv1.PolicyRule
	for _, n := range needs {
		if n.Namespace == "" || n.Namespace == h.Binding.Namespace {
			needed = append(needed, n.Rules...)
		}
	}
	_, unneeded := validation.Covers(needed, h.Role.Rules)
	return joinRules(unneeded)
}

// holders returns the subjects of every binding to a role.
func (x *Index) holders(role *Role) []HeldRole {
	var held []HeldRole
	for _, b := range x.byRole[roleKey{role.Namespace, role.Name}] {
		first := len(held)
		for _, s := range b.Subjects {
			subject := b.Subject(s)
			if !slices.ContainsFunc(held[first:], func(h HeldRole) bool { return h.Subject == subject }) {
				held = append(held, HeldRole{*b, *role, subject})
			}
		}
	}
	return held
}
