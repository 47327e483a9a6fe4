// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// BindingsIn returns the RoleBindings of a namespace, or the ClusterRoleBindings when it is empty, sorted by
// name. The result must not be changed.
func (x *Index) BindingsIn(namespace string) []Binding {
	first, _ := slices.BinarySearchFunc(x.bindings, namespace, func(b Binding, namespace string) int { return strings.Compare(b.Namespace, namespace) })
	last := first
	for last < len(x.bindings) && x.bindings[last].Namespace == namespace {
		last++
	}
	return x.bindings[first:last:last]
}

// RolesIn returns the Roles of a namespace, or the ClusterRoles when it is empty, sorted by name. The result
// must not be changed.
func (x *Index) RolesIn(namespace string) []Role {
	first, _ := slices.BinarySearchFunc(x.roles, namespace, func(r Role, namespace string) int { return strings.Compare(r.Namespace, namespace) })
	last := first
	for last < len(x.roles) && x.roles[last].Namespace == namespace {
		last++
	}
	return x.roles[first:last:last]
}

// BindingsTo returns the bindings that refer to a role, sorted.
func (x *Index) BindingsTo(r Role) []Binding {
	named := x.byRole[roleKey{r.Namespace, r.Name}]
	bindings := make([]Binding, len(named))
	for i, b := range named {
		bindings[i] = *b
	}
	return bindings
}

// Bound reports whether a binding refers to a role.
func (x *Index) Bound(r Role) bool { return len(x.byRole[roleKey{r.Namespace, r.Name}]) > 0 }

// RolesGranting returns the Roles of a namespace, or the ClusterRoles when it is empty, with a rule that allows
// an access, sorted by name.
func (x *Index) RolesGranting(access matrix.Access, namespace string) []Role {
	q := ask(access)
	var found []Role
	for _, r := range x.RolesIn(namespace) {
		if q.first(r.Rules) >= 0 {
			found = append(found, r)
		}
	}
	return found
}

// BindingsGranting returns the RoleBindings of a namespace, or the ClusterRoleBindings when it is empty, to
// roles with a rule that allows an access, sorted by name.
func (x *Index) BindingsGranting(access matrix.Access, namespace string) []Binding {
	q := ask(access)
	grants := map[*Role]bool{nil: false}
	var found []Binding
	bindings := x.BindingsIn(namespace)
	for i := range bindings {
		b := &bindings[i]
		role := x.roleOf(b)
		allows, known := grants[role]
		if !known {
			allows = q.first(role.Rules) >= 0
			grants[role] = allows
		}
		if allows {
			found = append(found, *b)
		}
	}
	return found
}

// BindingsFor returns the bindings that count for a subject in a namespace, those that name its groups among
// them: ClusterRoleBindings first.
func (x *Index) BindingsFor(subject matrix.Subject, namespace string) []Binding {
	found := x.effective(requestorOf(subject), namespace)
	bindings := make([]Binding, len(found))
	for i, s := range found {
		bindings[i] = *s.binding
	}
	return bindings
}

// RoleOrigin identifies the role that b refers to, whether it exists or not.
func (b Binding) RoleOrigin() matrix.Origin { return b.roleOrigin() }

// RulesAllowing returns the smallest list of rules that allow the accesses, in whatever namespace they count.
func RulesAllowing(accesses []matrix.Access) []rbacv1.PolicyRule {
	reviews := make([]matrix.Review, len(accesses))
	for i, a := range accesses {
		a.Namespace = ""
		reviews[i].Access = a
	}
	for _, n := range MinimalRoles(reviews) {
		return n.Rules
	}
	return nil
}

// WithoutAccess returns rules without an access. A rule with a wildcard that covers it goes as a whole,
// since what is left of it cannot be written down.
func WithoutAccess(rules []rbacv1.PolicyRule, access matrix.Access) []rbacv1.PolicyRule {
	q := ask(access)
	var kept []rbacv1.PolicyRule
	for _, rule := range rules {
		if !q.covered(&rule) {
			kept = append(kept, rule)
			continue
		}
		if slices.Contains(rule.Verbs, "*") || slices.Contains(rule.APIGroups, "*") || slices.Contains(rule.Resources, "*") || len(rule.ResourceNames) > 0 && access.Name == "" {
			continue
		}
		_, rest := validation.Covers([]rbacv1.PolicyRule{ruleOf(access)}, []rbacv1.PolicyRule{rule})
		kept = append(kept, joinRules(rest)...)
	}
	return kept
}

// MeantAs reports whether a subject of another kind, such as a User with the name of a ServiceAccount, seems
// to be a mistake for an account.
func MeantAs(subject, account matrix.Subject) bool {
	s := search{subject: account}
	return s.meant(subject)
}
