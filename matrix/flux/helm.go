// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// storageVerbs are what Helm does with the Secrets that hold its releases (seen in the audit log of
// helm-controller v1.6.3).
var storageVerbs = [...]string{"get", "list", "create", "update", "delete"}

// storageNamespace is where the releases of a HelmRelease are kept.
func storageNamespace(o Object) string {
	return cmp.Or(text(o.Fields, "status.storageNamespace"), text(o.Fields, "spec.storageNamespace"), o.Namespace)
}

// keepsReleases is FP402. A refusal here never reaches a condition of the HelmRelease: it stays in
// progress and only helm-controller's log says why.
func (v *view) keepsReleases(r reconciliation, out *derived) {
	namespace := storageNamespace(r.Object)
	for _, verb := range storageVerbs {
		because := fmt.Sprintf("%s keeps its releases in Secrets of %s", r.Object, namespace)
		if verb == "delete" {
			because += ", and drops old ones (latent)"
		}
		review := matrix.Attributes{Verb: verb, Resource: "secrets", Namespace: namespace}
		e := v.need(r, "FP402", matrix.One(r.account, review), because)
		e.Origin = r.origin("spec.storageNamespace")
		e.Hint = cmp.Or(e.Hint, "no condition of the HelmRelease shows this refusal, only the log of helm-controller")
		out.add(e)
	}
}

// createsNamespace asks for what install.createNamespace does, before anything is in the inventory.
func (v *view) createsNamespace(r reconciliation, out *derived) {
	target := text(r.Fields, "spec.targetNamespace")
	namespaces, ok := v.resource("", "namespaces", "")
	if !truth(r.Fields, "spec.install.createNamespace") || target == "" || !ok {
		return
	}
	for _, verb := range [...]string{"patch", "create"} {
		because := fmt.Sprintf("%s creates its target namespace %s", r.Object, target)
		e := v.need(r, "FP401", rights(r.account, namespaces, verb, target, target), because)
		e.Origin = r.origin("spec.install.createNamespace")
		out.add(e)
	}
}
