// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"maps"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// strongAccounts asks what the other accounts in tenants' namespaces can do outside, as far as bindings name them
// (FP507): whoever can create pods, tokens or Kustomizations in a namespace can use every account there, also one that
// does not exist yet. What bindings give to groups is the tenant's own account's as well, and asked of it.
func (s *section) strongAccounts() {
	home := map[string][]string{} // the namespaces of all tenants of a namespace
	tenants := map[matrix.Subject]bool{}
	for _, t := range s.Tenants {
		tenants[t.Account] = true
		for _, n := range t.Home {
			home[n] = append(home[n], t.Home...)
		}
	}
	found := map[matrix.Subject]bool{}
	for _, b := range s.Bindings {
		for _, account := range b.Accounts() {
			_, inTenant := slices.BinarySearch(s.TenantNamespaces, account.Namespace)
			if account.Kind == matrix.KindServiceAccount && inTenant && s.Includes(account.Namespace) && !tenants[account] {
				found[account] = true
			}
		}
	}
	for _, account := range slices.SortedFunc(maps.Keys(found), matrix.Subject.Compare) {
		own := append(slices.Clip(home[account.Namespace]), account.Namespace)
		for _, place := range s.permissions.OfItself(account) {
			if !slices.Contains(own, place.Namespace) {
				s.strongAccount(account, place.Permissions, own)
			}
		}
	}
}

// strongAccount adds a check for each class of what an account has in one place: one of the accesses is too much.
func (s *section) strongAccount(account matrix.Subject, permissions []checks.Permission, own []string) {
	user := s.userOf(account)
	byClass := map[facts.Class]*matrix.Asked{}
	for _, p := range permissions {
		if slices.Contains(own, p.Access.Namespace) {
			continue
		}
		review := []matrix.Review{{Subject: matrix.Share(account), Access: p.Access}}
		if c := byClass[p.Class.Class]; c != nil {
			c.AnyOf = append(c.AnyOf, review)
			continue
		}
		c := &matrix.Asked{Want: matrix.Deny, AnyOf: [][]matrix.Review{review}, CheckMeta: matrix.CheckMeta{
			Code: "FP507", Subject: matrix.Share(account), Severity: matrix.Warning,
			Because: fmt.Sprintf("whoever can create pods, tokens or Kustomizations in %s can use this account, and it must not %s %s",
				account.Namespace, p.Class.Verb, where(p.Access)),
			Origin: matrix.Share(matrix.Origin{Kind: "ServiceAccount", Namespace: account.Namespace, Name: account.Name}),
			Hint:   "move the account into a namespace of the platform, or remove the permission",
		}}
		switch {
		case user != "":
			c.Severity = p.Class.Severity
			c.Because += ": " + user
		case p.Class.Severity != matrix.Error:
			c.Severity = matrix.Info
		}
		byClass[p.Class.Class] = c
		s.Add(c)
	}
}

// userOf describes a tenant's account that can use another account of its namespace, by what bindings give it; "" when
// none can. steps.yaml lists the accesses that let it.
func (s *section) userOf(account matrix.Subject) string {
	for _, t := range s.Tenants {
		if !slices.Contains(t.Home, account.Namespace) {
			continue
		}
		for _, step := range s.Facts.Steps.All {
			if !slices.Contains([]string{"token", "impersonate", "pod", "applies"}, step.Leads) {
				continue
			}
			for _, a := range step.Accesses {
				a.Namespace = account.Namespace
				if step.Leads == "token" || step.Leads == "impersonate" {
					a.Name = account.Name
				}
				if s.RBAC().Allowed(matrix.Review{Subject: matrix.Share(t.Account), Access: a}) {
					return fmt.Sprintf("%s, a tenant's account, can %s", t.Account, a)
				}
			}
		}
	}
	return ""
}
