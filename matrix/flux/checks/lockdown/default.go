// SPDX-License-Identifier: Apache-2.0

package lockdown

import (
	"cmp"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// fallsToDefault checks an object of the platform that names no account (FP804): like a tenant's object it is
// reconciled as the default account, which can do nothing under lockdown, unless a binding lets that account apply.
func (s *section) fallsToDefault(r *model.Reconciliation) {
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP804", Subject: matrix.Share(r.Account), Severity: matrix.Error, Origin: matrix.Share(r.Origin(model.ByObject)),
			Because: fmt.Sprintf("%s names no account and is reconciled as %s, by %s", r.Object, r.Account, r.By),
			Hint:    "set spec.serviceAccountName: " + r.Controller.ServiceAccount + " on " + r.String(),
		},
		Verdict: matrix.Missing, Evidence: "no binding names " + r.Account.String(),
	}
	bound := s.boundAs(r.Account)
	bindings := cmp.Or(s.WhyUnread(rbacv1.GroupName, "clusterrolebindings"), s.WhyUnread(rbacv1.GroupName, "rolebindings"))
	roles := cmp.Or(s.WhyUnread(rbacv1.GroupName, "clusterroles"), s.WhyUnread(rbacv1.GroupName, "roles"))
	switch {
	case bound != "":
		c.Verdict, c.Severity, c.Evidence = matrix.Pass, matrix.Info, "a binding names "+bound+"; section tenants asks for what it needs"
	case bindings != "":
		c.Verdict, c.Severity, c.Evidence = matrix.Undetermined, matrix.Warning, "bindings could not be listed: "+bindings
	case roles != "":
		c.Verdict, c.Severity, c.Evidence = matrix.Undetermined, matrix.Warning, "what is bound to its groups could not be read: "+roles
	}
	s.Add(c)
}

// boundAs returns whom a binding names that lets account apply: the account, or a group that it is in; "" for none.
// Every cluster binds the groups to roles that only read, so that a role counts only if it can patch, as every apply
// must.
func (s *section) boundAs(account matrix.Subject) string {
	if len(s.RBAC().BindingsOf(account)) > 0 {
		return account.String()
	}
	for _, group := range account.Groups() {
		for _, b := range s.RBAC().BindingsOf(matrix.Subject{Kind: matrix.KindGroup, Name: group}) {
			if role, ok := s.RBAC().RoleOf(b); ok && canPatch(role) {
				return "group " + group
			}
		}
	}
	return ""
}

func canPatch(r rbac.Role) bool {
	return slices.ContainsFunc(r.Rules, func(p rbacv1.PolicyRule) bool {
		return slices.Contains(p.Verbs, "patch") || slices.Contains(p.Verbs, "*")
	})
}
