// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// MinimalRoles are the minimal roles of one account, beside the roles that it has.
type MinimalRoles struct {
	Subject matrix.Subject
	Needs   []rbac.RoleNeed
	Held    []HeldRole

	// Constrained are the permissions of constrained impersonation that servers since Kubernetes 1.36
	// accept in place of impersonate.
	Constrained []rbac.RoleNeed

	// Unread says why the roles that the account has are not all known.
	Unread string
}

// HeldRole is a role that an account has, and the parts of its rules that the account does not need.
type HeldRole struct {
	rbac.HeldRole
	Unneeded []rbacv1.PolicyRule
}

// Minimal returns the minimal roles of each account that m needs something for, sorted by account; of one
// account only when only is not the zero Subject, even when it needs nothing.
func Minimal(s *snapshot.Snapshot, m *matrix.Matrix, only matrix.Subject) []MinimalRoles {
	needed := map[matrix.Subject][]matrix.Review{}
	alternative := map[matrix.Subject][]matrix.Review{}
	if only != (matrix.Subject{}) {
		needed[only] = nil
	}
	for _, c := range m.Checks {
		check, ok := c.(*matrix.Asked)
		if !ok || !isNeed(check) || only != (matrix.Subject{}) && check.Subject.Get() != only {
			continue
		}
		needed[check.Subject.Get()] = append(needed[check.Subject.Get()], LeastPrivileged(check)...)
		alternative[check.Subject.Get()] = append(alternative[check.Subject.Get()], constrained(check)...)
	}
	all := make([]MinimalRoles, 0, len(needed))
	for subject, reviews := range needed {
		r := MinimalRoles{
			Subject: subject, Needs: rbac.MinimalRoles(reviews), Constrained: rbac.MinimalRoles(alternative[subject]), Unread: s.WhyRBACUnread(),
		}
		for _, h := range s.RBAC().RolesOf(subject) {
			if !IsBootstrapGrant(h.Subject, h.Role, h.Binding) {
				r.Held = append(r.Held, HeldRole{h, h.Unneeded(r.Needs)})
			}
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b MinimalRoles) int { return a.Subject.Compare(b.Subject) })
	return all
}

// isNeed reports whether a check is a need of its subject: what must be allowed, except what is followed
// as an exception, what is for information, the right to everything, and impersonation of all accounts,
// which the impersonated accounts need by name.
func isNeed(check *matrix.Asked) bool {
	if access, ok := check.Access(); ok && access.Verb == "impersonate" && access.Name == "" {
		return false
	}
	return check.Want == matrix.Allow && check.IfDenied == "" && check.Severity != matrix.Info && !check.AllAccess
}

// IsBootstrapGrant reports whether a binding is one by which Kubernetes gives a role to every account: it
// binds a built-in role to a group.
func IsBootstrapGrant(subject matrix.Subject, role rbac.Role, binding rbac.Binding) bool {
	return subject.Kind == matrix.KindGroup && role.Builtin() && binding.Builtin()
}
