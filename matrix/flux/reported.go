// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// reported is FP405: what the API server refused to a controller or account by the controller's own
// report, asked again. A tenant that never reconciled has no inventory, and is diagnosed by this.
func (v *view) reported(out *derived) {
	for _, o := range v.Objects {
		if !v.shows(o.Namespace) {
			continue
		}
		seen := map[refusal]bool{}
		for _, condition := range each(o.Fields, "status.conditions[]") {
			for _, r := range parseRefusals(text(condition.fields, "message")) {
				if seen[r] {
					continue
				}
				seen[r] = true
				if field(o.Fields, "spec.kubeConfig") != nil {
					out.gap(fmt.Sprintf("the refusal that %s reports", o), "spec.kubeConfig: another cluster refused it")
					continue
				}
				kind := text(condition.fields, "type")
				out.add(matrix.Expectation{
					Code: "FP405", Subject: r.subject, Ways: v.waysAround(r, o), Want: matrix.Allow, Severity: matrix.Error,
					Because: fmt.Sprintf("%s reports in its condition %s that this was refused", o, kind),
					Origin:  o.origin("status.conditions[" + kind + "]"),
					Hint:    "where it is allowed by now, the next reconciliation will tell",
				})
			}
		}
	}
}

// waysAround are the ways to what was refused. A refusal of impersonation names one of several
// rights of which any would have done: the account that was to be impersonated is then o's.
func (v *view) waysAround(r refusal, o Object) [][]matrix.Review {
	one := matrix.Review{Subject: r.subject, Attributes: r.access}
	switch {
	case r.impersonates():
		return v.waysToActAs(r, o)
	case r.access.Name == "", r.access.Path != "", r.access.Group == "" && r.access.Resource == "namespaces":
		return [][]matrix.Review{{one}}
	}
	all := one
	all.Attributes.Name = ""
	return [][]matrix.Review{{all}, {one}}
}

func (v *view) waysToActAs(r refusal, o Object) [][]matrix.Review {
	account := matrix.ServiceAccount(r.access.Namespace, r.access.Name)
	named := r.access.Resource == "serviceaccounts" && r.access.Name != "" && r.access.Verb == "impersonate"
	if !named && reconciles(o) {
		account = effective(o, v.controller(o)).account
	}
	if account.Name == "" {
		return [][]matrix.Review{{{Subject: r.subject, Attributes: r.access}}}
	}
	ways := matrix.One(r.subject, impersonate(account))
	if v.constrained() {
		way := []matrix.Review{{Subject: r.subject, Attributes: constrainedImpersonate(account)}}
		if r.access.Verb != "impersonate" {
			way = append(way, matrix.Review{Subject: r.subject, Attributes: r.access})
		} else {
			way = append(way, matrix.Review{Subject: r.subject, Attributes: matrix.Attributes{Verb: onBehalf + "get", Path: "/api"}})
		}
		ways = append(ways, way)
	}
	return ways
}
