// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// powerlessDefaults is the part of FP505 that lockdown rests on: what names no account falls to the
// default one, which must then have nothing beyond discovery: one access is asked always, and one for
// each rule that bindings give it. Where the flag names another account than "default" and Flux works as
// it, it is a tenant's account like any other.
func (c *crossing) powerlessDefaults(out *derived) {
	for _, d := range c.lockdownAccounts() {
		name := d.flags.text(flagDefaultServiceAccount)
		works := map[matrix.Subject]bool{}
		for _, r := range c.everywhere {
			if r.impersonated() && (name != "default" || r.by == "spec.serviceAccountName") {
				works[r.account] = true
			}
		}
		for _, n := range c.namespaces {
			if account := matrix.ServiceAccount(n, name); c.shows(n) && !works[account] {
				c.powerless(account, d.origin("--"+flagDefaultServiceAccount), out)
			}
		}
	}
}

func (c *crossing) powerless(account matrix.Subject, origin matrix.Origin, out *derived) {
	samples := reachAtAll[:1]
	if c.unread != "" || c.options.Exhaustive {
		samples = reachAtAll
	}
	var accesses []matrix.Attributes
	for _, r := range samples {
		if a, ok := c.attributes(r, account.Namespace); ok {
			accesses = append(accesses, a)
		}
	}
	for _, a := range c.anything(account, account.Namespace, reachAtAll) {
		if !slices.Contains(accesses, a) {
			accesses = append(accesses, a)
		}
	}
	for _, a := range accesses {
		out.add(matrix.Expectation{
			Code: "FP505", Subject: account, Ways: matrix.One(account, a), Want: matrix.Deny, Severity: matrix.Error,
			Because: "lockdown rests on it: whatever names no account is reconciled as " + account.String(),
			Origin:  origin,
		})
	}
}

// lockdownAccounts are Deployments of kustomize- and helm-controller, one for each default account that they
// impersonate.
func (v *view) lockdownAccounts() []*deployment {
	var found []*deployment
	for _, d := range v.deployments {
		name := d.flags.text(flagDefaultServiceAccount)
		if (d.Component == kustomizeController || d.Component == helmController) && name != "" &&
			!slices.ContainsFunc(found, func(f *deployment) bool { return f.flags.text(flagDefaultServiceAccount) == name }) {
			found = append(found, d)
		}
	}
	return found
}
