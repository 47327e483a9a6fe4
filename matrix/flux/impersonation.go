// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// impersonation derives FP301 to FP303: who may act as the accounts that do Flux's work.
type impersonation struct{ options Options }

func (i impersonation) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	v, out := newView(s, i.options), &derived{}
	v.unlisted(appliers, out)
	pairs := v.pairs(out)
	for _, p := range pairs {
		out.add(v.mayImpersonate(p))
	}
	v.accountsExist(pairs, out)
	v.mustNotImpersonate(out)
	return out.expectations, out.gaps
}

// pair is a controller and an account that it acts as, with the objects for which it does.
type pair struct {
	controller *deployment
	account    matrix.Subject
	work       []reconciliation
}

// pairs are the distinct accounts that controllers impersonate. Shards of one controller share its
// ServiceAccount and so the pair.
func (v *view) pairs(out *derived) []*pair {
	type key struct{ controller, account matrix.Subject }
	found := map[key]*pair{}
	var order []*pair
	for _, r := range v.work {
		switch {
		case !r.impersonated():
			continue
		case r.controller == nil:
			out.gap(r.String(), "no "+component(r.Group, r.Kind)+" was found that watches it: nobody impersonates "+r.account.String())
			continue
		}
		k := key{r.controller.account(), r.account}
		p := found[k]
		if p == nil {
			p = &pair{controller: r.controller, account: r.account}
			found[k] = p
			order = append(order, p)
		}
		p.work = append(p.work, r)
	}
	return order
}

// others says how many objects there are beside the first: " and 2 others".
func others(n int) string {
	switch n {
	case 0, 1:
		return ""
	case 2:
		return " and 1 other"
	}
	return fmt.Sprintf(" and %d others", n-1)
}

// mayImpersonate is FP301. The legacy right suffices for everything; servers since Kubernetes 1.36
// also take the constrained rights, which is the second way.
func (v *view) mayImpersonate(p *pair) matrix.Expectation {
	first := p.work[0]
	ways := [][]matrix.Review{{{Subject: p.controller.account(), Attributes: impersonate(p.account)}}}
	if v.constrained() {
		ways = append(ways, v.constrainedWay(p))
	}
	return matrix.Expectation{
		Code: "FP301", Subject: p.controller.account(), Ways: ways, Want: matrix.Allow, Severity: matrix.Error,
		Because: fmt.Sprintf("%s%s is reconciled as %s (%s)", first.Object, others(len(p.work)), p.account, first.by),
		Origin:  first.origin("spec.serviceAccountName"),
		Hint:    fmt.Sprintf("the link %s → %s is broken: grant impersonate on serviceaccounts %s in namespace %s", p.controller.account(), p.account, p.account.Name, p.account.Namespace),
	}
}

// impersonate is the legacy right to act as account (apiserver pkg/endpoints/filters/impersonation).
func impersonate(account matrix.Subject) matrix.Attributes {
	return matrix.Attributes{Verb: "impersonate", Resource: "serviceaccounts", Namespace: account.Namespace, Name: account.Name}
}

// constrainedImpersonate is the half of the constrained rights that names the account.
func constrainedImpersonate(account matrix.Subject) matrix.Attributes {
	return matrix.Attributes{
		Verb: "impersonate:serviceaccount", Group: "authentication.k8s.io", Resource: "serviceaccounts",
		Namespace: account.Namespace, Name: account.Name,
	}
}

// onBehalf is the other half: what may be done while acting as an account.
const onBehalf = "impersonate-on:serviceaccount:"

// constrainedWay holds what the controllers were seen to need on Kubernetes 1.37.2: the account,
// get on the discovery paths, and get, patch and delete on the kinds that they apply. The create
// that server-side apply implies is authorized on the impersonated account alone. helm-controller
// also reads the version and the OpenAPI documents, and keeps its releases in Secrets.
func (v *view) constrainedWay(p *pair) []matrix.Review {
	way := []matrix.Review{{Subject: p.controller.account(), Attributes: constrainedImpersonate(p.account)}}
	seen := map[matrix.Attributes]bool{}
	on := func(a matrix.Attributes) {
		a.Verb = onBehalf + a.Verb
		if !seen[a] {
			seen[a] = true
			way = append(way, matrix.Review{Subject: p.controller.account(), Attributes: a})
		}
	}
	paths := []string{"/api", "/apis"}
	if p.controller.Component == helmController {
		paths = append(paths, "/version", "/openapi/v3")
	}
	for _, path := range paths {
		on(matrix.Attributes{Verb: "get", Path: path})
	}
	for _, r := range p.work {
		entries, _, _ := inventory(r.Object)
		for _, e := range entries {
			resource, ok := v.kind(e.Group, e.Kind)
			if !ok {
				continue
			}
			name := ""
			if e.Group == "" && e.Kind == "Namespace" {
				name = e.Name
			}
			for _, verb := range [...]string{"get", "patch", "delete"} {
				on(resource.access(verb, e.Namespace, name))
			}
		}
		if p.controller.Component == helmController {
			for _, verb := range storageVerbs {
				on(matrix.Attributes{Verb: verb, Resource: "secrets", Namespace: storageNamespace(r.Object)})
			}
		}
	}
	return way
}
