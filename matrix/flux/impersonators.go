// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// mustNotImpersonate is FP303: whoever may act as a reconciler is cluster-admin, and the only
// accounts that have to impersonate are the reconcilers. The others are the remaining controllers
// and the tenants' accounts, asked for all namespaces and for the reconcilers by name, which a rule
// with resourceNames could grant. Tenants are many: of them the constrained rights are asked only where
// some rule may grant one.
func (v *view) mustNotImpersonate(out *derived) {
	reconcilers, rest := v.reconcilers()
	for _, d := range rest {
		if v.shows(d.Namespace) {
			because := "only the reconcilers have to act as other accounts"
			v.impersonatesNobody(d.account(), reconcilers, v.constrained(), because, d.origin("spec.template.spec.serviceAccountName"), out)
		}
	}
	g := v.granted()
	for _, t := range v.tenants() {
		v.impersonatesNobody(t.account, reconcilers, v.constrained() && g.impersonates(t.account), "a tenant must not act as accounts outside its namespace", t.origin, out)
	}
}

// reconcilers are the accounts of the controllers that apply objects, and the Deployments, one of an
// account, that do not.
func (v *view) reconcilers() (accounts []matrix.Subject, rest []*deployment) {
	applies, seen := map[matrix.Subject]bool{}, map[matrix.Subject]bool{}
	for _, d := range v.deployments {
		switch d.Component {
		case kustomizeController, helmController, fluxOperator:
			if !applies[d.account()] {
				applies[d.account()] = true
				accounts = append(accounts, d.account())
			}
		}
	}
	for _, d := range v.deployments {
		if !applies[d.account()] && !seen[d.account()] {
			seen[d.account()] = true
			rest = append(rest, d)
		}
	}
	return accounts, rest
}

func (v *view) impersonatesNobody(subject matrix.Subject, reconcilers []matrix.Subject, constrained bool, because string, origin matrix.Origin, out *derived) {
	for _, account := range append([]matrix.Subject{everyAccount}, reconcilers...) {
		why := because
		if account != everyAccount {
			why = fmt.Sprintf("%s, least of all as %s, which is cluster-admin in a default install", because, account)
		}
		out.add(matrix.Expectation{
			Code: "FP303", Subject: subject, Ways: waysToImpersonate(subject, account, constrained && account == everyAccount), Want: matrix.Deny, Severity: matrix.Error,
			Because: why, Origin: origin, Hint: "take the impersonate right away, or bind it by name in the account's own namespace",
		})
	}
}

// impersonates says whether some rule that counts everywhere may give the account a constrained right, or whether
// nobody knows.
func (g *granted) impersonates(account matrix.Subject) bool {
	return g.unread != "" || slices.ContainsFunc(g.of(account, ""), func(x grant) bool {
		return slices.ContainsFunc(x.rules, func(p rbacv1.PolicyRule) bool {
			return slices.ContainsFunc(p.Verbs, func(verb string) bool { return verb == "*" || strings.HasPrefix(verb, "impersonate:") })
		})
	})
}

// everyAccount stands for all names in all namespaces.
var everyAccount = matrix.Subject{Kind: matrix.KindServiceAccount}

// waysToImpersonate are the legacy right and, if wanted, the constrained rights: the one that names
// the account is inert without one of the others, of which the harmful are asked.
func waysToImpersonate(subject, account matrix.Subject, constrained bool) [][]matrix.Review {
	ways := matrix.One(subject, impersonate(account))
	if !constrained {
		return ways
	}
	named := matrix.Review{Subject: subject, Attributes: constrainedImpersonate(account)}
	for _, a := range [...]matrix.Attributes{
		{Verb: onBehalf + "get", Resource: "secrets"},
		{Verb: onBehalf + "create", Resource: "pods"},
		{Verb: onBehalf + "patch", Group: "rbac.authorization.k8s.io", Resource: "clusterrolebindings"},
	} {
		ways = append(ways, []matrix.Review{named, {Subject: subject, Attributes: a}})
	}
	return ways
}
