// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// tenant is a row of the summary of tenants: an account that does Flux's work, or a tenant's, and the
// findings about it. Its first findings name the objects that it reconciles.
type tenant struct {
	account matrix.Subject
	objects map[matrix.Origin]bool
	cells   [len(tenantColumns)]section
}

// The columns of findings, in order.
const (
	impersonated = iota
	needs
	isolated
	references
)

var tenantColumns = [...]string{"IMPERSONATED", "NEEDS", "ISOLATION", "REFERENCES"}

// The sections that the summary is made from.
const (
	inImpersonation = "impersonation"
	inTenants       = "tenants"
	inIsolation     = "isolation"
	inReferences    = "references"
)

// tenantsOf sorts the findings to the accounts that they are about, in order of the accounts. What is
// about a controller belongs to the account of the object that it was derived from.
func tenantsOf(findings []probe.Finding) []*tenant {
	rows := make(map[matrix.Subject]*tenant)
	owner := make(map[matrix.Origin]*tenant)
	first := make(map[string]*tenant) // by namespace
	var order []*tenant
	for _, f := range findings {
		if !makesTenant(f) {
			continue
		}
		t := rows[f.Subject]
		if t == nil {
			t = &tenant{account: f.Subject, objects: make(map[matrix.Origin]bool)}
			rows[f.Subject] = t
			order = append(order, t)
		}
		if f.Section != inIsolation {
			t.objects[objectOf(f.Origin)] = true
			owner[objectOf(f.Origin)] = t
		}
	}
	slices.SortFunc(order, func(a, b *tenant) int { return a.account.Compare(b.account) })
	for _, t := range slices.Backward(order) {
		first[t.account.Namespace] = t
	}
	for _, f := range findings {
		column, about := columnOf(f)
		if column < 0 {
			continue
		}
		t := rows[about]
		if t == nil {
			t = owner[objectOf(f.Origin)]
		}
		if t == nil && column == references {
			t = first[f.Origin.Namespace]
		}
		if t != nil {
			t.cells[column].add(f)
		}
	}
	return order
}

// makesTenant says whether the finding is one that only an account that does work, or a tenant's, has:
// that it exists, what it needs, what it must not reach.
func makesTenant(f probe.Finding) bool {
	switch f.Section {
	case inImpersonation:
		return f.Code == "FP302"
	case inTenants:
		return f.Code != "FP405" // which can be about the controller
	case inIsolation:
		return f.Code == "FP501"
	}
	return false
}

// columnOf is where a finding is counted, -1 for nowhere, and the account that it is about.
func columnOf(f probe.Finding) (int, matrix.Subject) {
	switch {
	case f.Section == inImpersonation && f.Code == "FP301" && f.Access != nil:
		return impersonated, matrix.ServiceAccount(f.Access.Namespace, f.Access.Name)
	case f.Section == inImpersonation && f.Code == "FP302":
		return impersonated, f.Subject
	case f.Section == inImpersonation, f.Section == inIsolation:
		return isolated, f.Subject
	case f.Section == inTenants:
		return needs, f.Subject
	case f.Section == inReferences:
		return references, f.Subject
	}
	return -1, matrix.Subject{}
}

// objectOf is an origin without the field and release.
func objectOf(o matrix.Origin) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

func (t *tenant) failed() bool {
	return slices.ContainsFunc(t.cells[:], func(s section) bool { return s.failed() })
}
