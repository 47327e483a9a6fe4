// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// fluxRoles are the bindings of one install that stand for flux2's crd-controller and
// cluster-reconciler, whatever they are called.
type fluxRoles struct {
	*bound
	controller []Binding // of a role like crd-controller, to some controller of the install
	reconciler []Binding // of a role like cluster-admin, to kustomize- or helm-controller
	dangling   []Binding // to some controller, of a role that does not exist
	unbound    string    // where controller is empty: a role like crd-controller that nothing binds
}

// forInstall finds the bindings of an install by their subjects and by what their roles grant.
func (b *bound) forInstall(accounts []account) fluxRoles {
	f := fluxRoles{bound: b}
	for _, x := range b.bindings {
		to := func(want func(component string) bool) bool {
			return slices.ContainsFunc(accounts, func(a account) bool {
				return a.runs(want) && slices.ContainsFunc(x.Subjects, isSubject(a.subject))
			})
		}
		if !to(anyComponent) {
			continue
		}
		role, ok := b.roles[x.RoleRef.Name]
		switch {
		case !ok && b.unread == "":
			f.dangling = append(f.dangling, x)
		case role.isAdmin():
			if to(isReconciler) {
				f.reconciler = append(f.reconciler, x)
			}
		case role.grantsFlux():
			f.controller = append(f.controller, x)
		}
	}
	if len(f.controller) == 0 && b.unread == "" {
		f.unbound = b.unboundRole()
	}
	return f
}

// unboundRole is the name of a ClusterRole like crd-controller that no ClusterRoleBinding binds, the first of
// several; "" when there is none.
func (b *bound) unboundRole() string {
	for _, name := range slices.Sorted(maps.Keys(b.roles)) {
		role := b.roles[name]
		if role.grantsFlux() && !role.isAdmin() && !slices.ContainsFunc(b.bindings, func(x Binding) bool { return x.RoleRef.Name == name }) {
			return name
		}
	}
	return ""
}

func anyComponent(string) bool { return true }

// isReconciler knows the controllers that apply what people write (flux2
// manifests/rbac/reconciler.yaml v2.9.5).
func isReconciler(component string) bool {
	return component == "kustomize-controller" || component == "helm-controller"
}

// releaseRole is where the rules of the release stand, as far as there is such a role.
func (f fluxRoles) releaseRole(r fluxVersion) matrix.Origin {
	o := origin(f.controller, r)
	if o.Name == "" {
		o.Name = f.unbound
	}
	return o
}

// origin is the role of the first of the bindings; its name is empty when there is none.
func origin(bindings []Binding, r fluxVersion) matrix.Origin {
	o := matrix.Origin{Kind: "ClusterRole", Release: r.String()}
	if len(bindings) > 0 {
		o.Name = bindings[0].RoleRef.Name
	}
	return o
}

// restore says what to do when an account lacks a rule of the release's role.
func (f fluxRoles) restore(a account, role string, lacking rule) string {
	if f.unread == "" {
		for _, x := range f.dangling {
			return fmt.Sprintf("ClusterRoleBinding %s refers to ClusterRole %s, which does not exist: restore it", x.Name, x.RoleRef.Name)
		}
		switch {
		case f.unbound != "":
			return fmt.Sprintf("bind ClusterRole %s to ServiceAccount %s by a ClusterRoleBinding: nothing binds it", f.unbound, a.subject)
		case len(f.controller) == 0 && len(f.of(a.subject)) > 0:
			return fmt.Sprintf("add to a ClusterRole of ServiceAccount %s: %s", a.subject, lacking)
		case len(f.controller) == 0:
			return fmt.Sprintf("no ClusterRole like %s is bound to the controllers: apply what flux install --export prints of it, with its binding", role)
		default:
			x := f.controller[0]
			role = x.RoleRef.Name
			if !slices.ContainsFunc(f.controller, func(x Binding) bool { return slices.ContainsFunc(x.Subjects, isSubject(a.subject)) }) {
				return fmt.Sprintf("add ServiceAccount %s to the subjects of ClusterRoleBinding %s", a.subject, x.Name)
			}
		}
	}
	return fmt.Sprintf("restore in ClusterRole %s: %s", role, lacking)
}

// String is the rule as people write it in a role.
func (r rule) String() string {
	if len(r.Paths) > 0 {
		return fmt.Sprintf("nonResourceURLs %s, verbs %s", list(r.Paths), list(r.Verbs))
	}
	return fmt.Sprintf("apiGroups %s, resources %s, verbs %s", list(r.Groups), list(r.Resources), list(r.Verbs))
}

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || w == "*" {
			quoted[i] = `"` + w + `"`
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
