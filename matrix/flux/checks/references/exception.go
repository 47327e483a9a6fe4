// SPDX-License-Identifier: Apache-2.0

package references

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// exception checks a reference that is followed (FP601). It is an exception to RBAC if the tenant's own account could
// not have read the target, which fails nothing; with Options.Strict, and if the install is locked down and only the
// flag of this controller was forgotten, it is an excess.
func (s *section) exception(r reference, resource snapshot.Resource) {
	meta := r.meta("FP601", matrix.Info)
	ifDenied := matrix.Exception
	if s.options.Strict || r.Flag && !r.AccessFrom && s.lockedDown(r.controller.Namespace) {
		meta.Severity, ifDenied = matrix.Error, matrix.Excess
		meta.Hint = "move the objects into one namespace, or block it with --" + facts.FlagNoCrossNamespaceRefs
		if !r.Flag {
			meta.Hint = "move the objects into one namespace: no flag blocks this reference"
		}
	}
	account, bypassed := s.comparedWith(r)
	switch {
	case account != matrix.Subject{}:
		meta.Subject = matrix.Share(account)
		s.Add(&matrix.Asked{
			CheckMeta: meta, Want: matrix.Allow, IfDenied: ifDenied,
			AnyOf: checks.OnObject(account, resource, r.Access(), r.namespace, r.name),
		})
	case !bypassed:
		meta.Severity, meta.Hint = matrix.Info, ""
		s.Add(&matrix.Observed{
			CheckMeta: meta, Verdict: matrix.Pass,
			Evidence: "no tenant's account is bypassed: the object is the platform's own, or reconciled as the controller itself",
		})
	default:
		s.Add(&matrix.Observed{
			CheckMeta: meta, Verdict: ifDenied,
			Evidence: "followed; namespace " + r.from.Namespace + " has no account whose permissions it could be compared with",
		})
	}
}

// comparedWith returns the account whose permissions the reference is compared with: the one with which the object is
// reconciled, or else a tenant's account of the object's namespace. Without one, the second result tells whether a
// tenant is bypassed: it is not if the object is the platform's, or reconciled as the controller.
func (s *section) comparedWith(r reference) (account matrix.Subject, bypassed bool) {
	bypassed = true
	if reconciliation, ok := s.Reconciliation(r.from); ok {
		if reconciliation.Impersonated() {
			return reconciliation.Account, true
		}
		bypassed = reconciliation.Remote
	}
	if s.RunsFlux(r.from.Namespace) {
		return matrix.Subject{}, false
	}
	return s.tenants[r.from.Namespace], bypassed
}

// lockedDown reports whether some controller of the install in namespace blocks references.
func (s *section) lockedDown(namespace string) bool {
	return slices.ContainsFunc(s.Deployments, func(d *model.Deployment) bool {
		return d.Namespace == namespace && d.Flags.Is(facts.FlagNoCrossNamespaceRefs, false)
	})
}
