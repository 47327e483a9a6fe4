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
	crossing := v.crossing(namespaces)
	for i, t := range tenants {
		home := t.home(byLabel)
		for _, install := range v.Installs {
			v.mustNot(t, "FP501", install.Namespace, reachFlux, matrix.Error, "Flux runs there, and its accounts with it", out)
		}
		if !slices.Contains(home, "kube-system") && !v.isFlux("kube-system") {
			v.mustNot(t, "FP501", "kube-system", reachSystem, matrix.Error, "its accounts are the cluster's", out)
		}
		crossing.add(t, i, home, out)
		v.mustNot(t, "FP503", "", reachCluster, matrix.Error, "it belongs to the whole cluster", out)
		v.ownNamespace(t, home, out)
		v.mustNot(t, "FP505", t.account.Namespace, reachHome, matrix.Info, "whoever has it may become any account there", out)
	}
	crossing.leftOut(out)
	v.powerlessDefaults(crossing, out)
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

// mustNot asks for accesses in a namespace, "" for all namespaces and the cluster scope.
func (v *view) mustNot(t tenant, code, namespace string, accesses []reach, severity matrix.Severity, because string, out *derived) {
	for _, r := range accesses {
		a, ok := v.attributes(r, namespace)
		if !ok {
			continue
		}
		where := "in " + namespace
		if namespace == "" {
			where = "anywhere in the cluster"
		}
		out.add(matrix.Expectation{
			Code: code, Subject: t.account, Ways: matrix.One(t.account, a), Want: matrix.Deny, Severity: severity,
			Because: fmt.Sprintf("%s is a tenant's account and must not have this %s: %s", t.account, where, because),
			Origin:  t.origin,
		})
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

// powerlessDefaults is the part of FP505 that lockdown rests on: what names no account falls to the
// default one, which must then have nothing beyond discovery. Where the flag names another account
// than "default" and Flux works as it, it is a tenant's account like any other.
func (v *view) powerlessDefaults(c *crossing, out *derived) {
	name, origin := v.lockdownAccount()
	if name == "" {
		return
	}
	works := map[matrix.Subject]bool{}
	for _, r := range v.everywhere {
		if r.impersonated() && (name != "default" || r.by == "spec.serviceAccountName") {
			works[r.account] = true
		}
	}
	for _, n := range c.namespaces {
		account := matrix.ServiceAccount(n, name)
		if !v.shows(n) || works[account] {
			continue
		}
		accesses := reachAtAll
		if named := c.named(account); !named[n] && !named[""] && c.unread == "" && v.unread(rbacGroup, "clusterrolebindings") == "" {
			accesses = reachAtAll[:1]
		}
		for _, r := range accesses {
			a, ok := v.attributes(r, n)
			if !ok {
				continue
			}
			out.add(matrix.Expectation{
				Code: "FP505", Subject: account, Ways: matrix.One(account, a), Want: matrix.Deny, Severity: matrix.Error,
				Because: "lockdown rests on it: whatever names no account is reconciled as " + account.String(),
				Origin:  origin,
			})
		}
	}
}

// lockdownAccount is the default account that kustomize- or helm-controller impersonates.
func (v *view) lockdownAccount() (string, matrix.Origin) {
	for _, d := range v.deployments {
		if d.Component == kustomizeController || d.Component == helmController {
			if name := d.flags.text(flagDefaultServiceAccount); name != "" {
				return name, d.origin("--" + flagDefaultServiceAccount)
			}
		}
	}
	return "", matrix.Origin{}
}
