// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"
	"maps"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Tenant is an account outside the namespaces of Flux that Flux impersonates, or that is labelled as a tenant's.
// The accounts of a Flux namespace belong to the platform.
type Tenant struct {
	Account matrix.Subject
	Origin  matrix.Origin
	Name    string   // of the tenant, from a label; "" without one
	Home    []string // the namespaces of the tenant: the account's, and those with its label
}

// findTenants finds the tenants of the whole cluster, and the namespaces that belong to tenants: those of their
// accounts, and those with the label.
func (m *Model) findTenants() {
	found := map[matrix.Subject]Tenant{}
	for _, r := range m.Reconciliations {
		if _, again := found[r.Account]; again || !r.Impersonated() || m.RunsFlux(r.Account.Namespace) {
			continue
		}
		account, _ := m.Account(r.Account)
		namespace, _ := m.Namespace(r.Account.Namespace)
		found[r.Account] = Tenant{
			Account: r.Account, Origin: r.Origin(""), Name: cmp.Or(account.Labels[facts.TenantLabel], namespace.Labels[facts.TenantLabel]),
		}
	}
	for _, a := range m.ServiceAccounts {
		account, label := matrix.ServiceAccount(a.Namespace, a.Name), a.Labels[facts.TenantLabel]
		if _, again := found[account]; again || label == "" || m.RunsFlux(a.Namespace) {
			continue
		}
		origin := matrix.Origin{Kind: "ServiceAccount", Namespace: a.Namespace, Name: a.Name, Field: "metadata.labels"}
		found[account] = Tenant{Account: account, Origin: origin, Name: label}
	}
	m.Tenants = slices.SortedFunc(maps.Values(found), func(a, b Tenant) int { return a.Account.Compare(b.Account) })
	m.findHomes()
}

func (m *Model) findHomes() {
	byLabel, all := map[string][]string{}, map[string]bool{}
	for _, n := range m.Namespaces {
		if label := n.Labels[facts.TenantLabel]; label != "" && !m.RunsFlux(n.Name) {
			all[n.Name] = true
			byLabel[label] = append(byLabel[label], n.Name)
		}
	}
	for i := range m.Tenants {
		t := &m.Tenants[i]
		own := t.Account.Namespace
		all[own] = true
		t.Home = []string{own}
		if t.Name != "" {
			t.Home = append(t.Home, slices.DeleteFunc(slices.Clone(byLabel[t.Name]), func(n string) bool { return n == own })...)
		}
	}
	m.TenantNamespaces = slices.Sorted(maps.Keys(all))
}

// IncludedTenants returns the tenants that checks are wanted about.
func (m *Model) IncludedTenants() []Tenant {
	return slices.DeleteFunc(slices.Clone(m.Tenants), func(t Tenant) bool { return !m.Includes(t.Account.Namespace) })
}
