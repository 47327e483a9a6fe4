// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// tenant is a row of the table of accounts: an account that reconciles objects or belongs to a tenant,
// and the findings about it. They name the objects that it reconciles.
type tenant struct {
	account matrix.Subject
	objects map[matrix.Origin]bool
	cells   [len(tenantColumns)]section
}

// The columns of findings, in order.
const (
	noColumn     = -1
	impersonated = iota - 1
	needs
	isolated
	references
)

var tenantColumns = [...]string{"IMPERSONATED", "NEEDS", "ISOLATION", "REFERENCES"}

// The sections that the table is made from.
const (
	inImpersonation = "impersonation"
	inTenants       = "tenants"
	inIsolation     = "isolation"
	inReferences    = "references"
)

// tenantsOf assigns the findings to the accounts that they are about, in order of the accounts. What is
// about a controller belongs to the account of the object that it was derived from.
func tenantsOf(r *probe.Report) []*tenant {
	rows := make(map[matrix.Subject]*tenant)
	owner := make(map[matrix.Origin]*tenant)
	first := make(map[string]*tenant) // by namespace
	var order []*tenant
	for _, f := range r.Findings {
		if !makesTenant(r, f) {
			continue
		}
		t := rows[f.Subject]
		if t == nil {
			t = &tenant{account: f.Subject, objects: make(map[matrix.Origin]bool)}
			rows[f.Subject] = t
			order = append(order, t)
		}
		if f.Section != inIsolation {
			t.objects[objectOf(f.Origin.Get())] = true
			owner[objectOf(f.Origin.Get())] = t
		}
	}
	slices.SortFunc(order, func(a, b *tenant) int { return a.account.Compare(b.account) })
	for _, t := range slices.Backward(order) {
		first[t.account.Namespace] = t
	}
	for _, f := range r.Findings {
		column, account := columnOf(f)
		if column == noColumn {
			continue
		}
		t := rows[account]
		if t == nil {
			t = owner[objectOf(f.Origin.Get())]
		}
		if t == nil && column == references {
			t = first[f.Origin.Get().Namespace]
		}
		if t != nil {
			t.cells[column].add(f)
		}
	}
	return order
}

// makesTenant reports whether only an account that reconciles, or a tenant's, has a finding like f: that it
// exists, what it needs, and that it has no access to a namespace of Flux.
func makesTenant(r *probe.Report, f probe.Finding) bool {
	switch f.Section {
	case inImpersonation:
		return f.Access == nil
	case inTenants:
		return !isReported(f.Origin.Get())
	case inIsolation:
		return f.Access != nil && f.Access.Namespace != f.Subject.Namespace && slices.ContainsFunc(r.Flux, func(flux probe.Flux) bool { return flux.Namespace == f.Access.Namespace })
	}
	return false
}

// isReported reports whether a check comes from a condition that an object reports: what was refused then
// can have been refused to the controller.
func isReported(o matrix.Origin) bool { return strings.HasPrefix(o.Field, "status.conditions[") }

// columnOf returns where a finding is counted, and the account that it is about.
func columnOf(f probe.Finding) (int, matrix.Subject) {
	switch f.Section {
	case inImpersonation:
		switch {
		case f.Access == nil: // whether the account exists
			return impersonated, f.Subject
		case f.Want == matrix.Allow:
			return impersonated, matrix.ServiceAccount(f.Access.Namespace, f.Access.Name)
		}
		return isolated, f.Subject // impersonation that must not be allowed
	case inIsolation:
		return isolated, f.Subject
	case inTenants:
		return needs, f.Subject
	case inReferences:
		return references, f.Subject
	}
	return noColumn, matrix.Subject{}
}

// objectOf returns an origin without its field and release.
func objectOf(o matrix.Origin) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

func (t *tenant) failed() bool {
	return slices.ContainsFunc(t.cells[:], func(s section) bool { return s.failed() })
}
