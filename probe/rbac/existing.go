// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// MergeExisting adds to n the rules that its subject already holds through the role and the binding
// that n.Objects would replace, so that applying n takes nothing away. It returns n as it is when there
// is no such role, or no such binding that gives it to the subject.
func (x *Index) MergeExisting(n RoleNeed) RoleNeed {
	role, found := x.Role(n.Namespace, n.RoleName())
	binding, exists := x.Binding(n.Namespace, n.RoleName())
	if !found || !exists || binding.roleOrigin() != role.Origin() ||
		!slices.ContainsFunc(binding.Subjects, func(s rbacv1.Subject) bool { return binding.Subject(s) == n.Subject }) {
		return n
	}
	_, kept := validation.Covers(n.Rules, role.Rules)
	_, added := validation.Covers(kept, n.Rules) // a wildcard in the role can cover what is needed
	n.Kept = joinRules(kept)
	n.Rules = joinRules(slices.Concat(kept, added))
	return n
}
