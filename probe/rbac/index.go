// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Index arranges roles and bindings by subject, so that a question looks only at the bindings that
// concern its subject. It does not change after New and is safe for concurrent use.
type Index struct {
	roles     []Role    // sorted
	bindings  []Binding // sorted
	byName    map[roleKey]*Role
	byRole    map[roleKey][]*Binding
	bySubject map[identity][]subjectBinding // each sorted by binding
}

type roleKey struct{ namespace, name string }

// subjectBinding is a binding that names a subject.
type subjectBinding struct {
	binding *Binding
	role    *Role // nil when the binding refers to a role that does not exist
	subject matrix.Subject
}

// New indexes roles and bindings. The index shares their labels, rules and subjects, which the
// caller must not change afterwards.
func New(roles []Role, bindings []Binding) *Index {
	x := &Index{
		roles:     slices.Clone(roles),
		bindings:  slices.Clone(bindings),
		byName:    make(map[roleKey]*Role, len(roles)),
		byRole:    make(map[roleKey][]*Binding, len(roles)),
		bySubject: make(map[identity][]subjectBinding, len(bindings)),
	}
	slices.SortFunc(x.roles, Role.compare)
	slices.SortFunc(x.bindings, Binding.compare)
	for i := range x.roles {
		r := &x.roles[i]
		x.byName[roleKey{r.Namespace, r.Name}] = r
	}
	for i := range x.bindings {
		x.add(&x.bindings[i])
	}
	return x
}

func (x *Index) add(b *Binding) {
	role := x.roleOf(b)
	if key, ok := roleRefKey(b); ok {
		x.byRole[key] = append(x.byRole[key], b)
	}
	for _, s := range b.Subjects {
		subject := b.Subject(s)
		id, ok := identityOf(subject)
		if !ok {
			continue
		}
		named := x.bySubject[id]
		if n := len(named); n > 0 && named[n-1].binding == b {
			continue // the binding names the subject twice
		}
		x.bySubject[id] = append(named, subjectBinding{b, role, subject})
	}
}

// roleRefKey is the key of the role that a binding refers to. It is false for kinds that the API
// server does not know, and for a ClusterRoleBinding to a Role.
func roleRefKey(b *Binding) (roleKey, bool) {
	switch b.RoleRef.Kind {
	case kindClusterRole:
		return roleKey{"", b.RoleRef.Name}, true
	case kindRole:
		return roleKey{b.Namespace, b.RoleRef.Name}, b.Namespace != ""
	default:
		return roleKey{}, false
	}
}

func (x *Index) roleOf(b *Binding) *Role {
	if key, ok := roleRefKey(b); ok {
		return x.byName[key]
	}
	return nil
}

// RoleOf finds the role that b refers to; it is false when there is none.
func (x *Index) RoleOf(b Binding) (Role, bool) {
	if role := x.roleOf(&b); role != nil {
		return *role, true
	}
	return Role{}, false
}

// Role finds a Role, or a ClusterRole when namespace is empty.
func (x *Index) Role(namespace, name string) (Role, bool) {
	if role := x.byName[roleKey{namespace, name}]; role != nil {
		return *role, true
	}
	return Role{}, false
}

// Binding finds a RoleBinding, or a ClusterRoleBinding when namespace is empty.
func (x *Index) Binding(namespace, name string) (Binding, bool) {
	i, ok := slices.BinarySearchFunc(x.bindings, Binding{Namespace: namespace, Name: name}, Binding.compare)
	if !ok {
		return Binding{}, false
	}
	return x.bindings[i], true
}

// BindingsOf returns the bindings that name subject itself and not just a group that it is in:
// ClusterRoleBindings first, then by namespace and name.
func (x *Index) BindingsOf(subject matrix.Subject) []Binding {
	id, ok := identityOf(subject)
	if !ok {
		return nil
	}
	var bindings []Binding
	for _, s := range x.bySubject[id] {
		bindings = append(bindings, *s.binding)
	}
	return bindings
}

// appendIn appends the bindings in namespace that name the requestor or its groups; namespace "" is
// that of ClusterRoleBindings.
func (x *Index) appendIn(found []subjectBinding, who requestor, namespace string) []subjectBinding {
	for _, id := range who.identities() {
		named := x.bySubject[id]
		i, _ := slices.BinarySearchFunc(named, namespace, func(s subjectBinding, namespace string) int {
			return strings.Compare(s.binding.Namespace, namespace)
		})
		for ; i < len(named) && named[i].binding.Namespace == namespace; i++ {
			found = append(found, named[i])
		}
	}
	return found
}

// effective returns the bindings that count for a request in namespace: ClusterRoleBindings before
// the RoleBindings of the namespace, those of the user before those of its groups.
func (x *Index) effective(who requestor, namespace string) []subjectBinding {
	found := x.appendIn(make([]subjectBinding, 0, 8), who, "")
	if namespace != "" {
		found = x.appendIn(found, who, namespace)
	}
	return found
}

func (b Binding) compare(o Binding) int {
	return cmp.Or(strings.Compare(b.Namespace, o.Namespace), strings.Compare(b.Name, o.Name))
}

func (r Role) compare(o Role) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Name, o.Name))
}

// Each yields every rule that a binding gives to a subject that it names, subjects and rules of one binding together,
// with the place of the rule in its role. Bindings to roles that do not exist are left out.
func (x *Index) Each(yield func(h HeldRule, rule int) bool) {
	for i := range x.bindings {
		b := &x.bindings[i]
		role := x.roleOf(b)
		if role == nil {
			continue
		}
		for k := range b.Subjects {
			subject := b.Subject(b.Subjects[k])
			if _, ok := identityOf(subject); !ok || slices.ContainsFunc(b.Subjects[:k], func(s rbacv1.Subject) bool { return b.Subject(s) == subject }) {
				continue
			}
			for n := range role.Rules {
				if !yield(HeldRule{*b, *role, role.Rules[n], subject}, n) {
					return
				}
			}
		}
	}
}
