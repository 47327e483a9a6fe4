// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// The costs of bindings that are missing.
const (
	costMoved      = 1.0
	costUnbound    = 1.1
	costShipped    = 1.0
	costLikeOthers = 1.4
)

// movedBinding proposes that a RoleBinding of the account is in the wrong namespace.
func (w *finder) movedBinding(q question) []*candidate {
	if q.access.Namespace == "" {
		return nil
	}
	var all []*candidate
	for _, b := range w.index.BindingsOf(q.subject) {
		if b.Namespace == "" || b.Namespace == q.access.Namespace || b.Builtin() {
			continue
		}
		there := b
		there.Namespace = q.access.Namespace
		role, ok := w.index.RoleOf(there)
		if _, taken := w.index.Binding(there.Namespace, there.Name); taken || !ok || !rbac.AnyCovers(role.Rules, q.access) {
			continue
		}
		for i := range there.Subjects {
			if there.Subjects[i].Kind == rbacv1.ServiceAccountKind && there.Subjects[i].Namespace == "" {
				there.Subjects = slices.Clone(there.Subjects)
				there.Subjects[i].Namespace = b.Namespace
			}
		}
		o := b.Origin()
		all = append(all, &candidate{
			cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: "metadata.namespace", Was: b.Namespace, Want: there.Namespace},
			says:  fmt.Sprintf("%s is in namespace %s instead of %s", o, b.Namespace, there.Namespace),
			cost:  costMoved, edit: rbac.Edit{Bindings: []rbac.Binding{there}, Removed: []matrix.Origin{o}},
			summary: fmt.Sprintf("Move %s to namespace %s", o, there.Namespace),
			deletes: []string{remedy.Kubectl("delete", o)},
			creates: []string{createBinding(there.Origin(), role.Origin(), subjectsOf(there)...)},
			about:   []matrix.Origin{o}, covers: func(*probe.Finding) bool { return true },
		})
	}
	return all
}

// missingBinding proposes that a binding is missing: one that the release ships, one of a role that no
// binding refers to, or one like those of other namespaces.
func (w *finder) missingBinding(q question) []*candidate {
	var all []*candidate
	for _, b := range w.Bindings {
		if _, exists := w.index.Binding(b.Namespace, b.Name); !exists && slices.Contains(subjectsOf(b), q.subject) && !w.boundAlready(b, q.subject) {
			c := w.bound(b, costShipped, fmt.Sprintf("%s, which Flux ships, does not exist", b.Origin()))
			i := slices.IndexFunc(w.Roles, func(r rbac.Role) bool { return r.Origin() == b.RoleOrigin() })
			if _, found := w.index.RoleOf(b); !found && i >= 0 {
				c.says = fmt.Sprintf("%s and %s, which Flux ships, do not exist", b.RoleOrigin(), b.Origin())
				c.summary = fmt.Sprintf("Create %s and %s, as flux install --export prints them", b.RoleOrigin(), b.Origin())
				c.edit.Roles, c.creates = []rbac.Role{w.Roles[i]}, nil
			}
			all = append(all, c)
		}
	}
	for _, namespace := range scopes(q.access.Namespace) {
		for _, r := range w.index.RolesGranting(q.access, namespace) {
			if w.index.Bound(r) || !meantFor(r, q.subject) {
				continue
			}
			b := w.newBinding(q, r)
			all = append(all, w.bound(b, costUnbound, fmt.Sprintf("no binding refers to %s", r.Origin())))
		}
	}
	return append(all, w.likeOthers(q)...)
}

// boundAlready reports whether an account has the role of a binding that a release ships, under the name with or without
// the namespace of Flux.
func (w *finder) boundAlready(shipped rbac.Binding, account matrix.Subject) bool {
	return slices.ContainsFunc(w.index.BindingsOf(account), func(b rbac.Binding) bool {
		_, exists := w.index.RoleOf(b)
		return exists && b.Namespace == "" && (strings.HasPrefix(shipped.RoleRef.Name, b.RoleRef.Name) || strings.HasPrefix(b.RoleRef.Name, shipped.RoleRef.Name+"-"))
	})
}

// meantFor reports whether a role without a binding seems to be meant for an account: any Role, and a
// ClusterRole whose name contains the account's or its namespace, and which is not a part of others by its labels.
func meantFor(r rbac.Role, s matrix.Subject) bool {
	for label := range r.Labels {
		if strings.HasPrefix(label, "rbac.authorization.k8s.io/aggregate-to-") {
			return false
		}
	}
	return r.Namespace != "" || !strings.HasPrefix(r.Name, "system:") && !r.Builtin() &&
		(strings.Contains(r.Name, s.Name) || s.Namespace != "" && strings.Contains(r.Name, s.Namespace))
}

// likeOthers proposes a RoleBinding like those that accounts of the same name have in other namespaces.
func (w *finder) likeOthers(q question) []*candidate {
	if q.access.Namespace == "" || q.subject.Namespace != q.access.Namespace || q.subject.Kind != matrix.KindServiceAccount {
		return nil
	}
	if w.peers == nil {
		w.peers = map[string][]rbac.Binding{}
		for _, b := range w.snapshot.Bindings {
			for _, s := range subjectsOf(b) {
				if b.Namespace != "" && b.RoleRef.Kind == "ClusterRole" && s.Kind == matrix.KindServiceAccount && s.Namespace == b.Namespace {
					w.peers[s.Name] = append(w.peers[s.Name], b)
				}
			}
		}
	}
	var all []*candidate
	done := map[string]bool{}
	for _, peer := range w.peers[q.subject.Name] {
		if peer.Namespace == q.access.Namespace || done[peer.RoleRef.Name] {
			continue
		}
		done[peer.RoleRef.Name] = true
		role, ok := w.index.RoleOf(peer)
		if !ok || !rbac.AnyCovers(role.Rules, q.access) {
			continue
		}
		b := w.newBinding(q, role)
		b.Name = peer.Name
		if _, taken := w.index.Binding(b.Namespace, b.Name); taken {
			continue
		}
		all = append(all, w.bound(b, costLikeOthers, fmt.Sprintf("namespace %s has no RoleBinding like %s", b.Namespace, peer.Origin())))
	}
	return all
}

// newBinding is a binding of a role to the account of a question, named as the role.
func (w *finder) newBinding(q question, r rbac.Role) rbac.Binding {
	b := rbac.Binding{
		Namespace: q.access.Namespace, Name: r.Name,
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: r.Kind(), Name: r.Name},
		Subjects: []rbacv1.Subject{entryOf(q.subject)},
	}
	if r.Namespace != "" {
		b.Namespace = r.Namespace
	}
	if _, taken := w.index.Binding(b.Namespace, b.Name); taken {
		b.Name += "-" + q.subject.Name
	}
	return b
}

// bound proposes that a binding is missing.
func (w *finder) bound(b rbac.Binding, cost float64, says string) *candidate {
	o, role := b.Origin(), b.RoleOrigin()
	var names []string
	for _, s := range subjectsOf(b) {
		names = append(names, title(s))
	}
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Want: role.String() + " for " + strings.Join(names, ", ")},
		says:  says, cost: cost, edit: rbac.Edit{Bindings: []rbac.Binding{b}},
		summary: fmt.Sprintf("Create %s, which binds %s to %s", o, role, strings.Join(names, ", ")),
		creates: []string{createBinding(o, role, subjectsOf(b)...)},
		about:   []matrix.Origin{role, o}, covers: func(*probe.Finding) bool { return true },
	}
}
