// SPDX-License-Identifier: Apache-2.0

package impersonation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// mustNotImpersonate asks for impersonation by those that must not (FP303): whoever can act as a reconciler is
// cluster-admin, and only the reconcilers have to impersonate other accounts. The others are the remaining
// controllers and the tenants' accounts. They are asked about all namespaces, and about the reconcilers by name, which
// a rule with resourceNames could grant. Because there are many tenants, the constrained permissions are asked of
// them only if some rule may grant one.
func (s *section) mustNotImpersonate() {
	reconcilers, rest := s.reconcilers()
	bound := checks.NewPermissions(s.Model, nil)
	for _, d := range rest {
		if s.Includes(d.Namespace) {
			because := "only the reconcilers have to act as other accounts"
			origin := d.Origin("spec.template.spec.serviceAccountName")
			s.mustImpersonateNone(d.Account(), reconcilers, s.constrained, because, origin)
			s.mustImpersonateNobodyIn(bound, d.Account(), reconcilers, because, origin)
		}
	}
	for _, t := range s.IncludedTenants() {
		because := "a tenant must not act as accounts outside its namespace"
		s.mustImpersonateNone(t.Account, reconcilers, s.constrained && s.maybeConstrained(t.Account), because, t.Origin)
	}
}

// reconcilers returns the accounts of the controllers that apply objects, and the Deployments of the others, one for
// each account.
func (s *section) reconcilers() (accounts []matrix.Subject, rest []*model.Deployment) {
	applies, seen := map[matrix.Subject]bool{}, map[matrix.Subject]bool{}
	for _, d := range s.Deployments {
		if s.Facts.Components.Applies(d.Component) && !applies[d.Account()] {
			applies[d.Account()] = true
			accounts = append(accounts, d.Account())
		}
	}
	for _, d := range s.Deployments {
		if !applies[d.Account()] && !seen[d.Account()] {
			seen[d.Account()] = true
			rest = append(rest, d)
		}
	}
	return accounts, rest
}

// everyAccount stands for all names in all namespaces.
var everyAccount = matrix.Subject{Kind: matrix.KindServiceAccount}

// mustImpersonateNobodyIn asks about the accounts of the namespaces in which a RoleBinding lets a controller impersonate
// some, by name where its rule has names.
func (s *section) mustImpersonateNobodyIn(bound *checks.Permissions, subject matrix.Subject, asked []matrix.Subject, because string, origin matrix.Origin) {
	var accounts []matrix.Subject
	for _, place := range bound.Of(subject) {
		for _, p := range place.Permissions {
			a := p.Access
			if a.Namespace == "" || a.Resource != "serviceaccounts" || a.Verb != "impersonate" && a.Verb != "impersonate:serviceaccount" {
				continue
			}
			if account := matrix.ServiceAccount(a.Namespace, a.Name); !slices.Contains(asked, account) && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	s.mustNotBe(subject, accounts, s.constrained, because, origin)
}

func (s *section) mustImpersonateNone(subject matrix.Subject, reconcilers []matrix.Subject, constrained bool, because string, origin matrix.Origin) {
	s.mustNotBe(subject, []matrix.Subject{everyAccount}, constrained, because, origin)
	for _, account := range reconcilers {
		why := fmt.Sprintf("%s, least of all as %s, which is cluster-admin in a default install", because, account)
		s.mustNotBe(subject, []matrix.Subject{account}, false, why, origin)
	}
}

func (s *section) mustNotBe(subject matrix.Subject, accounts []matrix.Subject, constrained bool, because string, origin matrix.Origin) {
	for _, account := range accounts {
		s.Add(&matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Code: "FP303", Subject: matrix.Share(subject), Severity: matrix.Error, Because: because, Origin: matrix.Share(origin),
				Hint: "remove the permission to impersonate, or bind it by name in the account's own namespace",
			},
			Want: matrix.Deny, AnyOf: impersonations(subject, account, constrained),
		})
	}
}

// maybeConstrained reports whether some rule that counts in the whole cluster may grant the account a constrained
// permission, or whether that is not known.
func (s *section) maybeConstrained(account matrix.Subject) bool {
	return s.WhyRBACUnread() != "" || slices.ContainsFunc(s.RBAC().RulesFor(account, ""), func(h rbac.HeldRule) bool {
		return slices.ContainsFunc(h.Rule.Verbs, func(verb string) bool { return verb == "*" || strings.HasPrefix(verb, "impersonate:") })
	})
}

// impersonations returns the legacy permission and, if wanted, the constrained ones: the one that names the account
// has no effect without one of the others, of which the harmful are asked.
func impersonations(subject, account matrix.Subject, constrained bool) [][]matrix.Review {
	anyOf := matrix.One(subject, checks.Impersonate(account))
	if !constrained {
		return anyOf
	}
	named := matrix.Review{Subject: matrix.Share(subject), Access: checks.ConstrainedImpersonate(account)}
	for _, a := range [...]matrix.Access{
		{Verb: checks.OnBehalf + "get", Resource: "secrets", Namespace: account.Namespace},
		{Verb: checks.OnBehalf + "create", Resource: "pods", Namespace: account.Namespace},
		{Verb: checks.OnBehalf + "patch", Group: "rbac.authorization.k8s.io", Resource: "clusterrolebindings"},
	} {
		anyOf = append(anyOf, []matrix.Review{named, {Subject: matrix.Share(subject), Access: a}})
	}
	return anyOf
}
