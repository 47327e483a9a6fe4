// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// isolation derives FP501 to FP505: what a tenant's account must not reach.
type isolation struct{ options Options }

func (i isolation) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	v, out := newView(s, i.options), &derived{}
	v.unlisted(appliers, out)
	v.unlistedCore("serviceaccounts", "tenants that are known by a label only", out)
	v.unlistedCore("namespaces", "tenants' namespaces that are known by a label only", out)
	v.unlistedCore("deployments.apps", "the namespaces that Flux runs in", out)
	tenants := v.tenants()
	byLabel, namespaces := v.owners(v.allTenants())
	g := v.granted()
	crossing := g.crossing(namespaces)
	if g.unread != "" && len(tenants) > 0 {
		out.gap("rights of tenants' accounts that only a binding would hint at", g.unread)
	}
	for i, t := range tenants {
		home := t.home(byLabel)
		for _, install := range v.Installs {
			g.reach(t, "FP501", install.Namespace, reachFlux, reachElsewhere, "Flux runs there, and its accounts with it", out)
		}
		if !slices.Contains(home, "kube-system") && !v.isFlux("kube-system") {
			g.reach(t, "FP501", "kube-system", reachSystem, reachElsewhere, "its accounts are the cluster's", out)
		}
		crossing.add(t, i, home, out)
		g.reach(t, "FP503", "", reachCluster, reachBeyond, "it belongs to the whole cluster", out)
		v.ownNamespace(t, home, out)
		v.mustNot(t, "FP505", t.account.Namespace, reachHome, matrix.Info, "whoever has it may become any account there", out)
	}
	crossing.leftOut(out)
	crossing.foreign(tenants, byLabel, out)
	crossing.powerlessDefaults(out)
	return out.expectations, out.gaps
}

// reach is an access that a tenant's account must not have. Virtual ones are known to the authorizer
// only, the others are asked when discovery serves them.
type reach struct {
	verb, group, resource, subresource string
	virtual                            bool
}

func (v *view) attributes(r reach, namespace string) (matrix.Attributes, bool) {
	if r.virtual {
		return matrix.Attributes{Verb: r.verb, Group: r.group, Resource: r.resource, Namespace: namespace}, true
	}
	resource, ok := v.resource(r.group, r.resource, r.subresource)
	if !ok {
		return matrix.Attributes{}, false
	}
	return resource.access(r.verb, namespace, ""), true
}

// reach asks for accesses in a namespace, "" for all namespaces and the cluster scope: those of asked, and of
// more what some rule grants.
func (g *granted) reach(t tenant, code, namespace string, asked, more []reach, because string, out *derived) {
	g.mustNot(t, code, namespace, asked, matrix.Error, because, out)
	for _, a := range g.beyond(t.account, namespace, asked, more) {
		out.add(denied(t, code, a, matrix.Error, because))
	}
}

// mustNot asks for accesses in a namespace, "" for all namespaces and the cluster scope.
func (v *view) mustNot(t tenant, code, namespace string, accesses []reach, severity matrix.Severity, because string, out *derived) {
	for _, r := range accesses {
		if a, ok := v.attributes(r, namespace); ok {
			out.add(denied(t, code, a, severity, because))
		}
	}
}

func denied(t tenant, code string, a matrix.Attributes, severity matrix.Severity, because string) matrix.Expectation {
	where := "in " + a.Namespace
	if a.Namespace == "" {
		where = "anywhere in the cluster"
	}
	return matrix.Expectation{
		Code: code, Subject: t.account, Ways: matrix.One(t.account, a), Want: matrix.Deny, Severity: severity,
		Because: fmt.Sprintf("%s is a tenant's account and must not have this %s: %s", t.account, where, because),
		Origin:  t.origin,
	}
}

// ownNamespace is FP504. The Namespace object is governed by bindings in the namespace itself: an
// account with cluster-admin bound there can relabel it, and so satisfy another tenant's accessFrom
// or drop its Pod Security labels.
func (v *view) ownNamespace(t tenant, home []string, out *derived) {
	namespaces, ok := v.resource("", "namespaces", "")
	if !ok {
		return
	}
	severity := matrix.Warning
	if v.options.Strict {
		severity = matrix.Error
	}
	for _, n := range home {
		out.add(matrix.Expectation{
			Code: "FP504", Subject: t.account, Ways: matrix.One(t.account, namespaces.access("patch", n, n)), Want: matrix.Deny, Severity: severity,
			Because: "it could relabel its own Namespace " + n + ", which accessFrom and Pod Security trust",
			Origin:  t.origin, Hint: "bind a role without write access to namespaces instead of cluster-admin",
		})
	}
}
