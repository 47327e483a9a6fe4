// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// outside asks for everything that bindings give a tenant's account outside its own namespaces and that is not
// harmless, under the code of the place.
func (s *section) outside(t model.Tenant) {
	for _, place := range s.permissions.Of(t.Account) {
		if slices.Contains(t.Home, place.Namespace) {
			continue
		}
		for _, p := range place.Permissions {
			if !s.asked[p.Access] && p.Access != impersonateEveryone && !slices.Contains(t.Home, p.Access.Namespace) {
				s.denyPermission(t, p)
			}
		}
	}
}

// impersonateEveryone is what FP303 asks.
var impersonateEveryone = matrix.Access{Verb: "impersonate", Resource: "serviceaccounts"}

func (s *section) denyPermission(t model.Tenant, p checks.Permission) {
	s.asked[p.Access] = true
	meta := matrix.CheckMeta{
		Code: s.codeOf(p.Access), Subject: matrix.Share(t.Account), Severity: p.Class.Severity, Origin: matrix.Share(t.Origin),
		Because: fmt.Sprintf("%s is a tenant's account and must not %s %s: %s", t.Account, p.Class.Verb, where(p.Access), p.Class.Because),
	}
	switch {
	case s.mayApply(meta.Code, p.Access) && s.Applies(t.Account, p.Access):
		meta.Severity = matrix.Info
		meta.Because = fmt.Sprintf("%s applies this object; it could %s: %s", t.Account, p.Class.Verb, p.Class.Because)
	case meta.Code == "FP506":
		meta.Hint = fmt.Sprintf("remove the binding; or, if the namespace is the tenant's own, label it %s=%s", facts.TenantLabel, safetext.Quote(cmp.Or(t.Name, "TENANT")))
	case p.Class.Class == facts.Unknown:
		meta.Hint = "remove the permission; or, if the kind is harmless, say so with a class in a matrix file"
	}
	s.Ask(meta, matrix.Deny, p.Access)
}

// mayApply reports whether an object of the tenant's own can be in the place of an access: at the cluster scope, or in a
// namespace of nobody. Elsewhere an inventory, which tenants can write, is no excuse.
func (s *section) mayApply(code string, a matrix.Access) bool {
	return code == "FP506" || a.Namespace == "" || a.Group == "" && a.Resource == "namespaces"
}

// codeOf returns the code for the place of an access.
func (s *section) codeOf(a matrix.Access) string {
	switch {
	case a.Namespace == "":
		if s.inNamespaces(a) {
			return "FP502"
		}
		return "FP503"
	case a.Namespace == systemNamespace || s.RunsFlux(a.Namespace):
		return "FP501"
	case slices.Contains(s.TenantNamespaces, a.Namespace):
		return "FP502"
	default:
		return "FP506"
	}
}

// inNamespaces reports whether an access without a namespace is to what is in all namespaces.
func (s *section) inNamespaces(a matrix.Access) bool {
	if r, ok := s.Resource(a.Group, a.Resource, ""); ok {
		return r.Namespaced
	}
	return a.Resource == "serviceaccounts" // of authentication.k8s.io, which no discovery lists
}
