// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// The costs of what can be wrong with the role of a binding.
const (
	costOtherRole  = 1.5 // an unbound role whose name is not similar
	costWrongRole  = 1.7 // a role that exists, but is not the one that was meant
	costAbsentRole = 1.2
)

// wrongRole proposes the bindings of the account whose roleRef is wrong: it names a role that does not exist,
// or one that does not grant the access while a role with a similar name does and no binding refers to it.
func (w *finder) wrongRole(q question) []*candidate {
	var all []*candidate
	for _, b := range w.index.BindingsFor(q.subject, q.access.Namespace) {
		if b.Builtin() {
			continue
		}
		role, exists := w.index.RoleOf(b)
		if exists && rbac.AnyCovers(role.Rules, q.access) {
			continue
		}
		meant := w.meantRoles(b, q.access, exists)
		for _, m := range meant {
			all = append(all, w.referTo(b, m, exists))
		}
		if !exists {
			all = append(all, w.absentRole(b))
		}
	}
	return all
}

// meantRoles returns the roles that a binding may be meant to refer to.
func (w *finder) meantRoles(b rbac.Binding, access matrix.Access, exists bool) []rbac.Role {
	var found []rbac.Role
	for _, namespace := range scopes(b.Namespace) {
		for _, r := range w.index.RolesGranting(access, namespace) {
			if r.Origin() == b.RoleOrigin() {
				continue
			}
			similar := r.Name == b.RoleRef.Name || spelling.Similar(r.Name, b.RoleRef.Name)
			bound := w.index.Bound(r)
			if similar && (!exists || !bound) || !exists && namespace != "" && !bound {
				found = append(found, r)
			}
		}
	}
	return found
}

// referTo proposes that a binding is meant to refer to another role. A roleRef cannot be changed: the binding
// is deleted and created again.
func (w *finder) referTo(b rbac.Binding, role rbac.Role, exists bool) *candidate {
	o, was := b.Origin(), b.RoleOrigin()
	edited := b
	edited.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: role.Kind(), Name: role.Name}
	field, from, to := "roleRef.name", was.Name, role.Name
	if from == to {
		field, from, to = "roleRef.kind", b.RoleRef.Kind, role.Kind()
	}
	cost, why := costMisspelt, ", which does not exist"
	switch {
	case exists:
		cost, why = costWrongRole, ""
	case role.Name != b.RoleRef.Name && !spelling.Similar(role.Name, b.RoleRef.Name):
		cost = costOtherRole
	}
	c := &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: field, Was: from, Want: to},
		says:  fmt.Sprintf("%s refers to %s%s, instead of %s", o, was, why, role.Origin()),
		cost:  cost, edit: rbac.Edit{Bindings: []rbac.Binding{edited}},
		summary: fmt.Sprintf("In %s, change %s from %s to %s; a roleRef cannot be changed, so delete the binding and create it again", o, field, from, to),
		deletes: []string{remedy.Kubectl("delete", o)},
		creates: []string{createBinding(o, role.Origin(), subjectsOf(b)...)},
		about:   []matrix.Origin{o, role.Origin()}, covers: func(f *probe.Finding) bool { return f.Origin.Get().Kind == role.Kind() || underField("roleRef")(f) },
	}
	return c
}

// absentRole proposes that the role of a binding is missing. It gets the rules that the release ships it
// with, or those that its subjects need.
func (w *finder) absentRole(b rbac.Binding) *candidate {
	o := b.RoleOrigin()
	role := rbac.Role{Namespace: o.Namespace, Name: o.Name}
	if i := slices.IndexFunc(w.Roles, func(r rbac.Role) bool { return r.Origin() == o }); i >= 0 {
		role = w.Roles[i]
	} else {
		needed, _ := w.neededThrough(role)
		role.Rules = rbac.RulesAllowing(needed)
	}
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Want: rulesText(role.Rules)},
		says:  fmt.Sprintf("%s does not exist, and %s refers to it", o, b.Origin()),
		cost:  costAbsentRole, edit: rbac.Edit{Roles: []rbac.Role{role}},
		summary: fmt.Sprintf("Create %s, which %s refers to", o, b.Origin()),
		creates: createRole(role),
		about:   []matrix.Origin{b.Origin(), o}, covers: func(f *probe.Finding) bool { return f.Origin.Get().Kind == o.Kind || underField("roleRef")(f) },
	}
}

// neededThrough returns what the holders of a role lack where its bindings count, and how many of them lack
// something.
func (w *finder) neededThrough(role rbac.Role) (needed []matrix.Access, holders int) {
	seen := map[matrix.Access]bool{}
	for _, b := range w.index.BindingsTo(role) {
		for _, named := range subjectsOf(b) {
			for _, s := range w.members(named) {
				lacks := w.needs(s, func(a matrix.Access) bool { return b.Namespace == "" || a.Namespace == b.Namespace })
				holders += min(len(lacks), 1)
				for _, a := range lacks {
					if a.Namespace = ""; !seen[a] {
						seen[a] = true
						needed = append(needed, a)
					}
				}
			}
		}
	}
	return needed, holders
}

// subjectsOf returns the subjects of a binding, resolved.
func subjectsOf(b rbac.Binding) []matrix.Subject {
	subjects := make([]matrix.Subject, len(b.Subjects))
	for i, s := range b.Subjects {
		subjects[i] = b.Subject(s)
	}
	return subjects
}
