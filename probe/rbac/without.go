// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// Without returns roles and bindings that grant all that x does but some rules that subjects hold. Nobody else loses
// anything: a subject that loses a rule gets a binding of its own, to a copy of the role without the rule.
func (x *Index) Without(removed []HeldRule) ([]Role, []Binding) {
	roles, bindings := slices.Clone(x.roles), slices.Clone(x.bindings)
	roleAt, at := make(map[roleKey]int, len(roles)), make(map[roleKey]int, len(bindings))
	for i, r := range roles {
		roleAt[roleKey{r.Namespace, r.Name}] = i
	}
	for i, b := range bindings {
		at[roleKey{b.Namespace, b.Name}] = i
	}
	for _, h := range removed {
		name := ownName(h)
		place, ok := at[roleKey{h.Binding.Namespace, name}]
		if !ok {
			place, ok = at[roleKey{h.Binding.Namespace, h.Binding.Name}]
		}
		if !ok {
			continue
		}
		b := bindings[place]
		key, _ := roleRefKey(&b)
		role, ok := roleAt[key]
		if !ok {
			continue
		}
		reduced := roles[role]
		reduced.Aggregation = nil
		reduced.Name = fmt.Sprintf("%s:without:%d", reduced.Name, len(roles))
		reduced.Rules = slices.DeleteFunc(slices.Clone(reduced.Rules), func(r rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(r, h.Rule) })
		own := b
		own.Name, own.RoleRef.Name = name, reduced.Name
		own.Subjects = slices.DeleteFunc(slices.Clone(b.Subjects), func(s rbacv1.Subject) bool { return b.Subject(s) != h.Subject })
		bindings[place].Subjects = slices.DeleteFunc(slices.Clone(b.Subjects), func(s rbacv1.Subject) bool { return b.Subject(s) == h.Subject })
		roleAt[roleKey{reduced.Namespace, reduced.Name}], at[roleKey{own.Namespace, own.Name}] = len(roles), len(bindings)
		roles, bindings = append(roles, reduced), append(bindings, own)
	}
	return roles, bindings
}

// ownName is the name of the binding that a subject gets; no name in a cluster has a space.
func ownName(h HeldRule) string { return h.Binding.Name + " of " + h.Subject.String() }
