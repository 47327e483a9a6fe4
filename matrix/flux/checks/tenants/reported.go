// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// reported asks again for what the API server refused to a controller or account, as the controller reported it
// (FP405). A tenant that never reconciled has no inventory, and is diagnosed by this.
func (s *section) reported() {
	for _, o := range s.Objects {
		if !s.Includes(o.Namespace) {
			continue
		}
		seen := map[refusal]bool{}
		for _, condition := range fields.Each(o.Fields, "status.conditions[]") {
			for _, r := range parseRefusals(fields.Text(condition.Fields, "message")) {
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
						Code: "FP405", Subject: matrix.Share(r.subject), Severity: matrix.Error,
						Because: fmt.Sprintf("%s reports in its condition %s that this was refused", o, kind),
						Origin:  matrix.Share(o.Origin("status.conditions[" + kind + "]")),
						Hint:    "if it is allowed by now, the next reconciliation will succeed",
					},
					Want: matrix.Allow, AnyOf: s.refused(r, o),
				})
			}
		}
	}
}

// refused returns the alternatives of what was refused. A refusal of impersonation names one of several permissions
// of which any would have been enough.
func (s *section) refused(r refusal, o snapshot.Object) [][]matrix.Review {
	one := []matrix.Review{{Subject: matrix.Share(r.subject), Access: r.access}}
	switch {
	case r.impersonates():
		return s.refusedImpersonation(r, o)
	case r.access.Name == "", r.access.Path != "", r.access.Group == "" && r.access.Resource == "namespaces":
		return [][]matrix.Review{one}
	default:
		all := r.access
		all.Name = ""
		return append(matrix.One(r.subject, all), one)
	}
}

// refusedImpersonation returns the alternatives of impersonating the account that the refusal names, or else the one
// with which o is reconciled.
func (s *section) refusedImpersonation(r refusal, o snapshot.Object) [][]matrix.Review {
	account := matrix.ServiceAccount(r.access.Namespace, r.access.Name)
	named := r.access.Resource == "serviceaccounts" && r.access.Name != "" && r.access.Verb == "impersonate"
	if reconciliation, ok := s.Reconciliation(o); ok && !named {
		account = reconciliation.Account
	}
	if account.Name == "" {
		return matrix.One(r.subject, r.access)
	}
	anyOf := matrix.One(r.subject, checks.Impersonate(account))
	if checks.Constrained(s.Model) {
		constrained := []matrix.Review{{Subject: matrix.Share(r.subject), Access: checks.ConstrainedImpersonate(account)}}
		if r.access.Verb != "impersonate" {
			constrained = append(constrained, matrix.Review{Subject: matrix.Share(r.subject), Access: r.access})
		} else {
			constrained = append(constrained, matrix.Review{Subject: matrix.Share(r.subject), Access: matrix.Access{Verb: checks.OnBehalf + "get", Path: "/api"}})
		}
		anyOf = append(anyOf, constrained)
	}
	return anyOf
}
