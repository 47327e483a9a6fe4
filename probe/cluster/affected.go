// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"maps"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/flux-probe/flux-probe/matrix"
)

// bound are the accounts that a binding names. A group may hold anybody.
func bound(o runtime.Object) (subjects []matrix.Subject, all bool) {
	var named []rbacv1.Subject
	switch b := o.(type) {
	case *rbacv1.RoleBinding:
		named = b.Subjects
	case *rbacv1.ClusterRoleBinding:
		named = b.Subjects
	}
	for _, s := range named {
		namespace, name, account := strings.Cut(strings.TrimPrefix(s.Name, "system:serviceaccount:"), ":")
		switch {
		case s.Kind == rbacv1.ServiceAccountKind:
			subjects = append(subjects, matrix.ServiceAccount(s.Namespace, s.Name))
		case s.Kind == rbacv1.UserKind && account && strings.HasPrefix(s.Name, "system:serviceaccount:"):
			subjects = append(subjects, matrix.ServiceAccount(namespace, name))
		case s.Kind == rbacv1.GroupKind:
			all = true
		}
	}
	return subjects, all
}

// nobody is affected in his rights by what only changes the matrix.
func nobody(runtime.Object) ([]matrix.Subject, bool) { return nil, false }

// holders are the accounts that the bindings to a role name.
func (w *watcher) holders(kind string) func(runtime.Object) ([]matrix.Subject, bool) {
	return func(o runtime.Object) (subjects []matrix.Subject, all bool) {
		role, err := meta.Accessor(o)
		if err != nil {
			return nil, true
		}
		for _, store := range w.bindings {
			for _, item := range store.List() {
				var ref rbacv1.RoleRef
				var namespace string
				switch b := item.(type) {
				case *rbacv1.RoleBinding:
					ref, namespace = b.RoleRef, b.Namespace
				case *rbacv1.ClusterRoleBinding:
					ref = b.RoleRef
				}
				if ref.Kind != kind || ref.Name != role.GetName() || kind == "Role" && namespace != role.GetNamespace() {
					continue
				}
				some, anybody := bound(item.(runtime.Object))
				subjects, all = append(subjects, some...), all || anybody
			}
		}
		return subjects, all
	}
}

// same says whether an update changed nothing that a Snapshot reads: a list read again, or the
// status of a Deployment, which changes all the time.
func same(kind string, before, after any) bool {
	b, err := meta.Accessor(before)
	if err != nil {
		return false
	}
	a, err := meta.Accessor(after)
	if err != nil {
		return false
	}
	return a.GetResourceVersion() == b.GetResourceVersion() ||
		kind == "Deployment" && a.GetGeneration() == b.GetGeneration() && maps.Equal(a.GetLabels(), b.GetLabels())
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
