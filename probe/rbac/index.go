// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Index is RBAC arranged by subject, so that a question looks at the few bindings that concern its
// subject and not at all of them. It is never changed after New, and safe for concurrent use.
type Index struct {
	roles     []Role
	bindings  []Binding
	byName    map[roleKey]*Role
	bySubject map[subjectKey][]bound
	byRole    map[roleKey][]*Binding
}

type roleKey struct{ namespace, name string }

// subjectKey is a user or group, and the namespace of the bindings that name it: "" for
// ClusterRoleBindings. A ServiceAccount stands under its user name, as the API server compares it.
type subjectKey struct {
	group           bool
	name, namespace string
}

// bound is a subject's place in a binding.
type bound struct {
	binding *Binding
	role    *Role // nil when the binding refers to a role that does not exist
	subject matrix.Subject
}

// roleShape and bindingShape are any structs with the fields of Role and Binding: whoever reads RBAC
// has types of its own, and needs no copy of each to have it indexed.
type roleShape interface {
	~struct {
		Namespace   string
		Name        string
		Labels      map[string]string
		Rules       []rbacv1.PolicyRule
		Aggregation *rbacv1.AggregationRule
	}
}

type bindingShape interface {
	~struct {
		Namespace string
		Name      string
		Labels    map[string]string
		RoleRef   rbacv1.RoleRef
		Subjects  []rbacv1.Subject
	}
}

// New indexes roles and bindings, Role and Binding or types of the same shape. It keeps what they
// point to; the caller must not change that afterwards.
func New[R roleShape, B bindingShape](roles []R, bindings []B) *Index {
	x := &Index{
		roles:     make([]Role, len(roles)),
		bindings:  make([]Binding, len(bindings)),
		byName:    make(map[roleKey]*Role, len(roles)),
		bySubject: make(map[subjectKey][]bound, len(bindings)),
		byRole:    make(map[roleKey][]*Binding, len(roles)),
	}
	for i, r := range roles {
		x.roles[i] = Role(r)
	}
	for i, b := range bindings {
		x.bindings[i] = Binding(b)
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
	key, known := refKey(b)
	var role *Role
	if known {
		role = x.byName[key]
		x.byRole[key] = append(x.byRole[key], b)
	}
	for _, s := range b.Subjects {
		subject := b.subject(s)
		key, ok := keyOf(subject, b.Namespace)
		if !ok {
			continue
		}
		places := x.bySubject[key]
		if n := len(places); n > 0 && places[n-1].binding == b {
			continue // named twice
		}
		x.bySubject[key] = append(places, bound{b, role, subject})
	}
}

// refKey finds the role that a binding refers to. It is false for kinds that the API server does not
// know, and for a ClusterRoleBinding to a Role, which finds none.
func refKey(b *Binding) (roleKey, bool) {
	switch b.RoleRef.Kind {
	case kindClusterRole:
		return roleKey{"", b.RoleRef.Name}, true
	case kindRole:
		return roleKey{b.Namespace, b.RoleRef.Name}, b.Namespace != ""
	default:
		return roleKey{}, false
	}
}

// keyOf is false for subjects that RBAC matches with nobody: of an unknown kind, or a ServiceAccount
// without a namespace in a ClusterRoleBinding.
func keyOf(s matrix.Subject, namespace string) (subjectKey, bool) {
	switch s.Kind {
	case rbacv1.GroupKind:
		return subjectKey{group: true, name: s.Name, namespace: namespace}, true
	case rbacv1.UserKind:
		return subjectKey{name: s.Name, namespace: namespace}, true
	case rbacv1.ServiceAccountKind:
		return subjectKey{name: s.User(), namespace: namespace}, s.Namespace != ""
	default:
		return subjectKey{}, false
	}
}

// requestor is who a question is about, as the API server knows it.
type requestor struct {
	user   string
	groups []string
}

func requestorOf(s matrix.Subject) requestor { return requestor{s.User(), s.Groups()} }

// boundIn appends to places the requestor's places in the bindings of a namespace, those of the user
// first; namespace "" is that of the ClusterRoleBindings.
func (x *Index) boundIn(places []bound, who requestor, namespace string) []bound {
	if who.user != "" {
		places = append(places, x.bySubject[subjectKey{name: who.user, namespace: namespace}]...)
	}
	for _, g := range who.groups {
		places = append(places, x.bySubject[subjectKey{group: true, name: g, namespace: namespace}]...)
	}
	return places
}

// boundFor are the places that count for a request in namespace: the ClusterRoleBindings, then the
// RoleBindings of the namespace.
func (x *Index) boundFor(who requestor, namespace string) []bound {
	places := x.boundIn(make([]bound, 0, 8), who, "")
	if namespace != "" {
		places = x.boundIn(places, who, namespace)
	}
	return places
}
