// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// releaseRole names the role that holds the rules of the release, if there is such a role.
func (s *scope) releaseRole() matrix.Origin {
	o := s.RoleOrigin(s.Bindings.Controllers)
	o.Name = cmp.Or(o.Name, s.Bindings.Unbound)
	return o
}

// restore describes what to do when an account lacks a rule of the release's role.
func (s *scope) restore(a model.Account, role string, lacking facts.Rule) string {
	b := s.Bindings
	if b.Unread != "" {
		return fmt.Sprintf("restore in ClusterRole %s: %s", role, lacking)
	}
	switch {
	case len(b.Dangling) > 0:
		return b.Restore()
	case b.Unbound != "":
		return fmt.Sprintf("bind ClusterRole %s to ServiceAccount %s with a ClusterRoleBinding: it has none", b.Unbound, a.Subject)
	case len(b.Controllers) == 0 && len(s.ClusterRoleBindingsOf(a.Subject)) > 0:
		return fmt.Sprintf("add to a ClusterRole of ServiceAccount %s: %s", a.Subject, lacking)
	case len(b.Controllers) == 0:
		return fmt.Sprintf("no ClusterRole like %s is bound to the controllers: apply the one of flux install --export, with its binding", role)
	case !slices.ContainsFunc(b.Controllers, func(x rbac.Binding) bool { return slices.Contains(x.Accounts(), a.Subject) }):
		return fmt.Sprintf("add ServiceAccount %s to the subjects of ClusterRoleBinding %s", a.Subject, b.Controllers[0].Name)
	default:
		return fmt.Sprintf("restore in ClusterRole %s: %s", b.Controllers[0].RoleRef.Name, lacking)
	}
}
