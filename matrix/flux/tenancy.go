// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"maps"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// tenant is an account outside the Flux namespaces that Flux does work as, or that is labelled as a
// tenant's.
type tenant struct {
	account matrix.Subject
	origin  matrix.Origin
	name    string // of the tenant, from a label; "" when unlabelled
}

// allTenants are the tenants of the whole cluster. Accounts of a Flux namespace are the platform's.
func (v *view) allTenants() []tenant {
	found := map[matrix.Subject]tenant{}
	for _, r := range v.everywhere {
		if _, again := found[r.account]; again || !r.impersonated() || v.isFlux(r.account.Namespace) {
			continue
		}
		label := v.accounts[r.account].Labels[tenantLabel]
		found[r.account] = tenant{account: r.account, origin: r.origin(""), name: cmp.Or(label, v.namespace[r.account.Namespace].Labels[tenantLabel])}
	}
	for _, a := range v.ServiceAccounts {
		account, label := matrix.ServiceAccount(a.Namespace, a.Name), a.Labels[tenantLabel]
		if _, again := found[account]; again || label == "" || v.isFlux(a.Namespace) {
			continue
		}
		origin := matrix.Origin{Kind: "ServiceAccount", Namespace: a.Namespace, Name: a.Name, Field: "metadata.labels"}
		found[account] = tenant{account: account, origin: origin, name: label}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b tenant) int { return a.account.Compare(b.account) })
}

// tenants are the tenants that the options name.
func (v *view) tenants() []tenant {
	return slices.DeleteFunc(v.allTenants(), func(t tenant) bool { return !v.shows(t.account.Namespace) })
}

// owners says which tenant a namespace belongs to by its label, and which namespaces are tenants' at
// all: those of their accounts, and those that carry the label.
func (v *view) owners(tenants []tenant) (byLabel map[string][]string, namespaces []string) {
	byLabel, all := map[string][]string{}, map[string]bool{}
	for _, t := range tenants {
		all[t.account.Namespace] = true
	}
	for _, n := range v.Namespaces {
		if label := n.Labels[tenantLabel]; label != "" && !v.isFlux(n.Name) {
			all[n.Name] = true
			byLabel[label] = append(byLabel[label], n.Name)
		}
	}
	return byLabel, slices.Sorted(maps.Keys(all))
}

// home are the namespaces of a tenant: its account's, and those with its label.
func (t tenant) home(byLabel map[string][]string) []string {
	home := []string{t.account.Namespace}
	if t.name != "" {
		for _, n := range byLabel[t.name] {
			if n != t.account.Namespace {
				home = append(home, n)
			}
		}
	}
	return home
}
