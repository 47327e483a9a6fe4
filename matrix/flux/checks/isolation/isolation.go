// SPDX-License-Identifier: Apache-2.0

// Package isolation derives the section about what a tenant's account must not be able to do (FP501 to FP507).
//
// A few accesses are asked of every tenant, whatever bindings say, to notice authorizers other than RBAC. Everything
// else that is asked is what bindings give outside the tenant's own namespaces, by complement: each access that is not
// known to be harmless.
package isolation

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

const systemNamespace = "kube-system"

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, options: o, forbidden: m.Facts.Forbidden, permissions: checks.NewPermissions(m, o.Classes)}
	s.SkipUnlisted(m, m.Facts.Components.Appliers())
	s.SkipUnread(m, "", "serviceaccounts", "tenants that are known by a label only")
	s.SkipUnread(m, "", "namespaces", "tenants' namespaces that are known by a label only")
	s.SkipUnread(m, "apps", "deployments", "the namespaces that Flux runs in")
	tenants := m.IncludedTenants()
	if len(tenants) > 0 {
		s.SkipUnreadRBAC(m, "permissions of tenants' accounts that only a binding would reveal")
	}
	cross := newCrossTenant(s)
	for i, t := range tenants {
		s.asked = map[matrix.Access]bool{}
		for _, install := range m.Installs {
			s.forbid(t, "FP501", install.Namespace, s.forbidden.FluxNamespace, matrix.Error, inFlux)
		}
		if !slices.Contains(t.Home, systemNamespace) && !m.RunsFlux(systemNamespace) {
			s.forbid(t, "FP501", systemNamespace, s.forbidden.SystemNamespace, matrix.Error, inSystem)
		}
		cross.ask(t, i)
		s.forbid(t, "FP503", "", s.forbidden.ClusterScope, matrix.Error, "it belongs to the whole cluster")
		s.outside(t)
		s.ownNamespace(t)
		s.forbid(t, "FP505", t.Account.Namespace, s.forbidden.OwnNamespace, matrix.Info, "whoever has it can become any account there")
	}
	cross.skipBeyondLimit()
	s.strongAccounts()
	s.defaultAccounts()
	s.Gaps = append(s.Gaps, s.permissions.Gaps()...)
	return s.Checks, s.Gaps
}

// Why no tenant may have anything in some namespaces.
const (
	inFlux   = "Flux runs there, and its accounts with it"
	inSystem = "its accounts are the cluster's"
)

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options     checks.Options
	forbidden   facts.Forbidden
	permissions *checks.Permissions
	asked       map[matrix.Access]bool // of the tenant whose checks are derived
}

// in returns a forbidden access in a namespace; false if discovery does not serve it. Verbs that only the authorizer
// knows keep the namespace: to bind a ClusterRole in a namespace is another access than to bind it everywhere.
func (s *section) in(a matrix.Access, namespace string) (matrix.Access, bool) {
	if matrix.IsAuthorizerVerb(a.Verb) {
		if !matrix.IsVirtualResource(a.Group, a.Resource) {
			a.Namespace = namespace
		}
		return a, true
	}
	resource, ok := s.Resource(a.Group, a.Resource, a.Subresource)
	if !ok {
		return matrix.Access{}, false
	}
	return resource.Access(a.Verb, namespace, ""), true
}

// forbid asks for accesses in a namespace, "" for the whole cluster.
func (s *section) forbid(t model.Tenant, code, namespace string, accesses []matrix.Access, severity matrix.Severity, because string) {
	for _, x := range accesses {
		if a, ok := s.in(x, namespace); ok {
			s.deny(t, code, a, severity, because)
		}
	}
}

func (s *section) deny(t model.Tenant, code string, a matrix.Access, severity matrix.Severity, because string) {
	s.asked[a] = true
	s.Ask(matrix.CheckMeta{
		Code: code, Subject: matrix.Share(t.Account), Severity: severity, Origin: matrix.Share(t.Origin),
		Because: fmt.Sprintf("%s is a tenant's account and must not have this %s: %s", t.Account, where(a), because),
	}, matrix.Deny, a)
}

func where(a matrix.Access) string {
	if a.Namespace == "" {
		return "anywhere in the cluster"
	}
	return "in " + a.Namespace
}

// ownNamespace asks whether a tenant can patch its own Namespace object (FP504), which bindings in the namespace
// itself govern: an account with cluster-admin bound there can change its labels, and so satisfy the accessFrom of
// another tenant or remove its Pod Security labels.
func (s *section) ownNamespace(t model.Tenant) {
	namespaces, ok := s.Resource("", "namespaces", "")
	if !ok {
		return
	}
	severity := matrix.Warning
	if s.options.Strict {
		severity = matrix.Error
	}
	for _, n := range t.Home {
		s.Ask(matrix.CheckMeta{
			Code: "FP504", Subject: matrix.Share(t.Account), Severity: severity, Origin: matrix.Share(t.Origin),
			Because: "it could change the labels of its own Namespace " + n + ", which accessFrom and Pod Security trust",
			Hint:    "bind a role without write access to namespaces instead of cluster-admin",
		}, matrix.Deny, namespaces.Access("patch", n, n))
	}
}
