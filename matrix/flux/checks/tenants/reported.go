// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// reported asks again for what the API server refused to a controller or account, as the controller reported it
// (FP405). A tenant that never reconciled has no inventory, and is diagnosed by this.
func (s *section) reported() {
	for _, o := range s.Objects {
		if !s.Includes(o.Namespace) {
			continue
		}
		seen := map[refusal.Refusal]bool{}
		for _, condition := range fields.Each(o.Fields, "status.conditions[]") {
			for _, r := range refusal.Parse(fields.Text(condition.Fields, "message")) {
				if seen[r] {
					continue
				}
				seen[r] = true
				if fields.Get(o.Fields, "spec.kubeConfig") != nil {
					s.Skip(fmt.Sprintf("the refusal that %s reports", o), "spec.kubeConfig: another cluster refused it")
					continue
				}
				kind := fields.Text(condition.Fields, "type")
				s.Add(&matrix.Asked{
					CheckMeta: matrix.CheckMeta{
						Code: "FP405", Subject: matrix.Share(r.Subject), Severity: matrix.Error,
						Because: fmt.Sprintf("%s reports in its condition %s that this was refused", o, kind),
						Origin:  matrix.Share(o.Origin("status.conditions[" + kind + "]")),
						Hint:    "if it is allowed by now, the next reconciliation will succeed",
					},
					Want: matrix.Allow, AnyOf: Refused(s.Model, r, o),
				})
			}
		}
	}
}

// Refused returns the alternatives of what was refused to whoever reconciles o, which is the zero Object where that
// is not known. A refusal of impersonation names one of several permissions of which any would have been enough.
func Refused(m *model.Model, r refusal.Refusal, o snapshot.Object) [][]matrix.Review {
	one := []matrix.Review{{Subject: matrix.Share(r.Subject), Access: r.Access}}
	switch {
	case r.Impersonates():
		return refusedImpersonation(m, r, o)
	case r.Access.Name == "", r.Access.Path != "", r.Access.Group == "" && r.Access.Resource == "namespaces":
		return [][]matrix.Review{one}
	default:
		all := r.Access
		all.Name = ""
		return append(matrix.One(r.Subject, all), one)
	}
}

// refusedImpersonation returns the alternatives of impersonating the account that the refusal names, or else the one
// with which o is reconciled.
func refusedImpersonation(m *model.Model, r refusal.Refusal, o snapshot.Object) [][]matrix.Review {
	account := matrix.ServiceAccount(r.Access.Namespace, r.Access.Name)
	named := r.Access.Resource == "serviceaccounts" && r.Access.Name != "" && r.Access.Verb == "impersonate"
	if reconciliation, ok := m.Reconciliation(o); ok && !named {
		account = reconciliation.Account
	}
	if account.Name == "" {
		return matrix.One(r.Subject, r.Access)
	}
	anyOf := matrix.One(r.Subject, checks.Impersonate(account))
	if checks.Constrained(m) {
		constrained := []matrix.Review{{Subject: matrix.Share(r.Subject), Access: checks.ConstrainedImpersonate(account)}}
		if r.Access.Verb != "impersonate" {
			constrained = append(constrained, matrix.Review{Subject: matrix.Share(r.Subject), Access: r.Access})
		} else {
			constrained = append(constrained, matrix.Review{Subject: matrix.Share(r.Subject), Access: matrix.Access{Verb: checks.OnBehalf + "get", Path: "/api"}})
		}
		anyOf = append(anyOf, constrained)
	}
	return anyOf
}
