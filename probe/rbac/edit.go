// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// Edit is a change of roles and bindings.
type Edit struct {
	Roles    []Role          // added, or in place of those with the same namespace and name
	Bindings []Binding       // added, or in place of those with the same namespace and name
	Removed  []matrix.Origin // bindings that are deleted
}

// Edited is what RBAC would allow after an edit. It is cheap to make, and shares the index.
type Edited struct {
	index    *Index
	roles    map[roleKey]*Role
	bindings []*Binding
	gone     map[matrix.Origin]bool // bindings that are deleted or replaced
}

// With returns what RBAC would allow after an edit. The index does not change.
func (x *Index) With(e Edit) *Edited {
	v := &Edited{index: x, roles: make(map[roleKey]*Role, len(e.Roles)), gone: make(map[matrix.Origin]bool, len(e.Bindings)+len(e.Removed))}
	for i := range e.Roles {
		v.roles[roleKey{e.Roles[i].Namespace, e.Roles[i].Name}] = &e.Roles[i]
	}
	for _, o := range e.Removed {
		v.gone[o] = true
	}
	for i := range e.Bindings {
		v.gone[e.Bindings[i].Origin()] = true
		v.bindings = append(v.bindings, &e.Bindings[i])
	}
	return v
}

// Apply returns an index of RBAC after an edit. It costs as much as New; With is for single questions.
func (x *Index) Apply(e Edit) *Index {
	v := x.With(e)
	roles := slices.DeleteFunc(slices.Clone(x.roles), func(r Role) bool { return v.roles[roleKey{r.Namespace, r.Name}] != nil })
	bindings := slices.DeleteFunc(slices.Clone(x.bindings), func(b Binding) bool { return v.gone[b.Origin()] })
	return New(append(roles, e.Roles...), append(bindings, e.Bindings...))
}

// Then returns an edit that makes e, and after it next, which was made on what e leaves.
func (e Edit) Then(next Edit) Edit {
	replaced := map[matrix.Origin]bool{}
	for _, r := range next.Roles {
		replaced[r.Origin()] = true
	}
	for _, b := range next.Bindings {
		replaced[b.Origin()] = true
	}
	for _, o := range next.Removed {
		replaced[o] = true
	}
	return Edit{
		Roles:    append(slices.DeleteFunc(slices.Clone(e.Roles), func(r Role) bool { return replaced[r.Origin()] }), next.Roles...),
		Bindings: append(slices.DeleteFunc(slices.Clone(e.Bindings), func(b Binding) bool { return replaced[b.Origin()] }), next.Bindings...),
		Removed:  append(slices.DeleteFunc(slices.Clone(e.Removed), func(o matrix.Origin) bool { return replaced[o] }), next.Removed...),
	}
}

// Allowed reports whether RBAC allows the access after the edit.
func (v *Edited) Allowed(review matrix.Review) bool {
	q := ask(review.Access)
	who := requestorOf(review.Subject.Get())
	for _, s := range v.index.effective(who, q.Namespace) {
		if role := v.roleOf(s.binding, s.role); role != nil && q.first(role.Rules) >= 0 && !v.gone[s.binding.Origin()] {
			return true
		}
	}
	for _, b := range v.bindings {
		if b.Namespace != "" && b.Namespace != q.Namespace {
			continue
		}
		if role := v.roleOf(b, v.index.roleOf(b)); role != nil && q.first(role.Rules) >= 0 && b.names(who) {
			return true
		}
	}
	return false
}

// roleOf returns the role of a binding after the edit, where role is the one before.
func (v *Edited) roleOf(b *Binding, role *Role) *Role {
	if len(v.roles) == 0 {
		return role
	}
	if key, ok := roleRefKey(b); ok && v.roles[key] != nil {
		return v.roles[key]
	}
	return role
}

func (b *Binding) names(who requestor) bool {
	for _, s := range b.Subjects {
		if who.is(b.Subject(s)) {
			return true
		}
	}
	return false
}

// Subjects returns the subjects whose permissions the edit can change: those of the bindings in it, before
// and after, and those of the bindings to its roles.
func (v *Edited) Subjects() []matrix.Subject {
	var subjects []matrix.Subject
	seen := map[matrix.Subject]bool{}
	add := func(b *Binding) {
		for _, entry := range b.Subjects {
			if s := b.Subject(entry); !seen[s] {
				seen[s] = true
				subjects = append(subjects, s)
			}
		}
	}
	for _, b := range v.bindings {
		add(b)
	}
	for o := range v.gone {
		if b, ok := v.index.Binding(o.Namespace, o.Name); ok {
			add(&b)
		}
	}
	for key := range v.roles {
		for _, b := range v.index.byRole[key] {
			add(b)
		}
	}
	slices.SortFunc(subjects, matrix.Subject.Compare)
	return subjects
}
