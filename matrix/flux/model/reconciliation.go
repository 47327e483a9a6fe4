// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// ByObject is what chose the account of a Reconciliation if the object itself names it.
const ByObject = "spec.serviceAccountName"

// Reconciliation is an object that applies others, a Kustomization, HelmRelease or ResourceSet, and the account
// with whose permissions they are applied.
type Reconciliation struct {
	snapshot.Object
	Controller *Deployment    // nil when none watches the object
	Account    matrix.Subject // zero when it is not known
	By         string         // what chose Account; "" when the controller acts as itself
	Remote     bool           // spec.kubeConfig: the objects are applied to another cluster
	Inventory  Inventory
}

// Impersonated reports whether the objects are applied to this cluster, as another account than the controller's.
func (r *Reconciliation) Impersonated() bool { return !r.Remote && r.By != "" }

// Effective finds the account with whose permissions o is reconciled: that of spec.serviceAccountName, or else the
// default account of the controller that watches o, or else the controller's own. Accounts that are impersonated
// are always those of o's own namespace (fluxcd/pkg runtime client/impersonator.go@v0.110.3).
func Effective(o snapshot.Object, controller *Deployment) Reconciliation {
	r := Reconciliation{Object: o, Controller: controller, Remote: fields.Get(o.Fields, "spec.kubeConfig") != nil}
	if name := fields.Text(o.Fields, ByObject); name != "" {
		r.Account, r.By = matrix.ServiceAccount(o.Namespace, name), ByObject
		return r
	}
	if controller == nil {
		return r
	}
	if name := controller.Flags.Text(facts.FlagDefaultServiceAccount); name != "" {
		r.Account, r.By = matrix.ServiceAccount(o.Namespace, name), "--"+facts.FlagDefaultServiceAccount+" of "+controller.String()
		return r
	}
	r.Account = controller.Account()
	return r
}

// StorageNamespace returns where the releases of a HelmRelease are kept.
func StorageNamespace(o snapshot.Object) string {
	return cmp.Or(fields.Text(o.Fields, "status.storageNamespace"), fields.Text(o.Fields, "spec.storageNamespace"), o.Namespace)
}
