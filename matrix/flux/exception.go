// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// exception is FP601: a reference that is followed. It is an exception to RBAC when the tenant's own
// account could not have read the target; that fails nothing, but with Options.Strict, and where the
// install is locked down and only this controller's flag was forgotten, it is an excess.
func (f *follower) exception(r reference, resource Resource) {
	e := r.expectation("FP601", matrix.Info)
	refused := matrix.Exception
	if f.options.Strict || r.flag && !r.accessFrom && f.lockedDown(r.controller.Namespace) {
		e.Severity, refused = matrix.Error, matrix.Excess
		e.Hint = "move the objects into one namespace, or block it with --" + flagNoCrossNamespaceRefs
		if !r.flag {
			e.Hint = "move the objects into one namespace: no flag blocks this reference"
		}
	}
	account, itself := f.tenantOf(r)
	switch {
	case account != matrix.Subject{}:
		e.Subject, e.Want, e.Refused = account, matrix.Allow, refused
		e.Ways = rights(account, resource, verbOf(r), r.namespace, r.name)
	case itself:
		e.Settled, e.Severity, e.Hint = matrix.Pass, matrix.Info, ""
		e.Observed = "no tenant's account is bypassed: the platform's own, or reconciled as the controller itself"
	default:
		e.Settled = refused
		e.Observed = "followed; namespace " + r.from.Namespace + " has no account whose rights it could be compared with"
	}
	f.out.add(e)
}

// tenantOf is the account whose rights the reference is compared with: the one that does the
// object's work, else a tenant's account of the object's namespace. Without one, itself says whether
// the object is the platform's or reconciled as the controller.
func (f *follower) tenantOf(r reference) (account matrix.Subject, itself bool) {
	if reconciles(r.from) {
		work := effective(r.from, r.controller)
		if work.impersonated() {
			return work.account, false
		}
		itself = !work.remote
	}
	if f.isFlux(r.from.Namespace) {
		return matrix.Subject{}, true
	}
	return f.tenant[r.from.Namespace], itself
}

// lockedDown says whether some controller of the install in namespace blocks references.
func (v *view) lockedDown(namespace string) bool {
	for _, d := range v.deployments {
		if d.Namespace == namespace && d.flags.is(flagNoCrossNamespaceRefs, false) {
			return true
		}
	}
	return false
}

// openToAll is FP604: an accessFrom that admits every namespace.
func (f *follower) openToAll(o Object) {
	if o.Kind != "ImageRepository" || o.Group != "image.toolkit.fluxcd.io" || !f.shows(o.Namespace) {
		return
	}
	open, has := opensToAll(o)
	if !has {
		return
	}
	e := matrix.Expectation{
		Code: "FP604", Severity: matrix.Warning, Origin: o.origin("spec.accessFrom"), Settled: matrix.Pass,
		Because: "spec.accessFrom of " + o.String() + " says which namespaces may use it", Observed: "every selector names labels",
	}
	if d := f.controller(o); d != nil {
		e.Subject = d.account()
	}
	if open {
		e.Settled, e.Observed = matrix.Excess, "a selector without matchLabels admits every namespace"
		e.Hint = "select by kubernetes.io/metadata.name, which no tenant can set"
	}
	f.out.add(e)
}
