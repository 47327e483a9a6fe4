// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// affectedByBinding returns the accounts that a binding names; all is true when it names a group,
// whose members are not known.
func affectedByBinding(o runtime.Object) (subjects []matrix.Subject, all bool) {
	b, ok := bindingOf(o)
	if !ok {
		return nil, true
	}
	return b.Accounts(), slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return s.Kind == rbacv1.GroupKind })
}

func bindingOf(o any) (rbac.Binding, bool) {
	switch b := o.(type) {
	case *rbacv1.RoleBinding:
		return rbac.Binding{Namespace: b.Namespace, Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects}, true
	case *rbacv1.ClusterRoleBinding:
		return rbac.Binding{Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects}, true
	default:
		return rbac.Binding{}, false
	}
}

// affectsNoAccount is for kinds that decide which checks there are, but not what an account can do.
func affectsNoAccount(runtime.Object) ([]matrix.Subject, bool) { return nil, false }

// affectedByRole returns the accounts that the bindings to a role of a kind name.
func (w *watcher) affectedByRole(kind string) func(runtime.Object) ([]matrix.Subject, bool) {
	return func(o runtime.Object) (subjects []matrix.Subject, all bool) {
		role, err := meta.Accessor(o)
		if err != nil {
			return nil, true
		}
		for _, store := range w.bindings {
			for _, item := range store.List() {
				b, ok := bindingOf(item)
				if !ok || b.RoleRef.Kind != kind || b.RoleRef.Name != role.GetName() || kind == "Role" && b.Namespace != role.GetNamespace() {
					continue
				}
				accounts, groups := affectedByBinding(item.(runtime.Object))
				subjects, all = append(subjects, accounts...), all || groups
			}
		}
		return subjects, all
	}
}

// difference is what an update changed of what a Snapshot reads.
type difference int

const (
	nothing       difference = iota
	statusDiffers            // the status of an object of Flux: inventory and conditions, or nothing that is read
	differs
)

// compare compares the metadata of two versions of an object. Of namespaces and accounts only labels are read, of
// Deployments not the status; RBAC objects have no generation.
func compare(kind string, before, after any) difference {
	b, err := meta.Accessor(before)
	if err != nil {
		return differs
	}
	a, err := meta.Accessor(after)
	if err != nil {
		return differs
	}
	switch {
	case a.GetResourceVersion() == b.GetResourceVersion(): // a list that was read again
		return nothing
	case kind == "Namespace" || kind == "ServiceAccount":
		if maps.Equal(a.GetLabels(), b.GetLabels()) {
			return nothing
		}
	case a.GetGeneration() == 0 || a.GetGeneration() != b.GetGeneration() || !maps.Equal(a.GetLabels(), b.GetLabels()):
	case kind == "Deployment":
		return nothing
	default:
		return statusDiffers
	}
	return differs
}

func nameOf(o runtime.Object) string {
	m, err := meta.Accessor(o)
	switch {
	case err != nil:
		return ""
	case m.GetNamespace() == "":
		return m.GetName()
	default:
		return m.GetNamespace() + "/" + m.GetName()
	}
}
