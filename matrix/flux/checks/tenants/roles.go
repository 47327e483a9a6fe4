// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// grants asks whether the account can write a role or a binding (FP404). Whoever writes a role must hold its rules,
// or escalate it; whoever writes a binding must hold the rules of its role, or bind it (k8s.io/kubernetes
// pkg/registry/rbac/escalation_check.go@v1.37.2).
func (s *section) grants(r *model.Reconciliation, e model.Entry) {
	if e.Group != rbacv1.GroupName {
		return
	}
	verb, namespace, name := "escalate", e.Namespace, e.Name
	switch e.Kind {
	case "Role", "ClusterRole":
	case "RoleBinding", "ClusterRoleBinding":
		binding, found := s.RBAC().Binding(e.Namespace, e.Name)
		if !found {
			what, list := fmt.Sprintf("whether %s can write %s", r.Account, e), strings.ToLower(e.Kind)+"s"
			if unread := s.WhyUnread(rbacv1.GroupName, list); unread != "" {
				s.SkipGap(s.UnreadGap(snapshot.ResourceName(rbacv1.GroupName, list), what, "bindings could not be listed: "+unread))
			} else {
				s.Skip(what, "the binding was not found, so the role that it grants is not known")
			}
			return
		}
		verb, name = "bind", binding.RoleRef.Name
		if binding.RoleRef.Kind == "ClusterRole" {
			namespace = ""
		}
	default:
		return
	}
	resource := checks.RoleResource(namespace)
	c := s.need(r, "FP404", checks.OnRole(r.Account, verb, resource, e.Namespace, name), fmt.Sprintf("%s writes %s", r.Object, e))
	if role, ok := s.RBAC().Role(namespace, name); ok {
		checks.OrHoldsRules(c, e.Namespace, role, s.options)
	} else if why := s.WhyUnread(rbacv1.GroupName, resource); why != "" {
		c.Severity = matrix.Warning
		c.Because += "; its rules could not be read (" + why + "), so holding them was not asked"
	} else {
		c.Because += "; the role " + name + " does not exist (yet), so only bind is enough"
	}
	s.Add(c)
}
