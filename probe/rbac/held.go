// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// Held is a role that a subject has, by a binding to itself or to a group that it is in.
type Held struct {
	Binding Binding // its namespace is where the role counts; "" is everywhere
	Role    Role
	Subject matrix.Subject // whom Binding names
}

// Held are the roles that subject has, anywhere, in the order of their bindings: ClusterRoleBindings
// first. Bindings to roles that do not exist give nothing and are left out.
func (x *Index) Held(subject matrix.Subject) []Held {
	who := requestorOf(subject)
	var held []Held
	for i := range x.bindings {
		b := &x.bindings[i]
		key, known := refKey(b)
		role := x.byName[key]
		if !known || role == nil {
			continue
		}
		for _, s := range b.Subjects {
			if s := b.subject(s); who.is(s) {
				held = append(held, Held{*b, *role, s})
			}
		}
	}
	return held
}

// Beyond are the rules of h that none of needs asks for, broken down and merged again: what could be
// taken away. A role that counts everywhere is measured by what is needed everywhere, so that a
// right needed in one namespace only is beyond. A rule with * is beyond as a whole unless * is needed.
func (h Held) Beyond(needs []Need) []rbacv1.PolicyRule {
	var needed []rbacv1.PolicyRule
	for _, n := range needs {
		if n.Namespace == "" || n.Namespace == h.Binding.Namespace {
			needed = append(needed, n.Rules...)
		}
	}
	_, beyond := validation.Covers(needed, h.Role.Rules)
	return joinRules(beyond)
}

// holders are the subjects, with their bindings, that have a role.
func (x *Index) holders(role *Role) []Held {
	var held []Held
	for _, b := range x.byRole[roleKey{role.Namespace, role.Name}] {
		for _, s := range b.Subjects {
			held = append(held, Held{*b, *role, b.subject(s)})
		}
	}
	return slices.CompactFunc(held, func(a, b Held) bool { return a.Subject == b.Subject && a.Binding.compare(b.Binding) == 0 })
}
