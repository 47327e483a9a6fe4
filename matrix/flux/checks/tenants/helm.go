// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// storesReleases asks for the Secrets that hold the releases of a HelmRelease (FP402). A refusal is not in any
// condition of the HelmRelease: it stays in progress, and only helm-controller's log has the reason.
func (s *section) storesReleases(r *model.Reconciliation) {
	namespace := model.StorageNamespace(r.Object)
	for _, verb := range s.Facts.Applying.Storage.Verbs {
		because := fmt.Sprintf("%s keeps its releases in Secrets of %s", r.Object, namespace)
		if verb == "delete" {
			because += ", and drops old ones (latent)"
		}
		c := s.need(r, "FP402", matrix.One(r.Account, matrix.Access{Verb: verb, Resource: "secrets", Namespace: namespace}), because)
		c.Latent = verb == "delete"
		c.Origin = matrix.Share(r.Origin("spec.storageNamespace"))
		c.Hint = cmp.Or(c.Hint, "no condition of the HelmRelease shows this refusal, only the log of helm-controller")
		s.Add(c)
	}
}

// createsNamespace asks for what install.createNamespace does, before anything is in the inventory.
func (s *section) createsNamespace(r *model.Reconciliation) {
	target := fields.Text(r.Fields, "spec.targetNamespace")
	namespaces, ok := s.Resource("", "namespaces", "")
	if !fields.True(r.Fields, "spec.install.createNamespace") || target == "" || !ok {
		return
	}
	for _, verb := range [...]string{"patch", "create"} {
		because := fmt.Sprintf("%s creates its target namespace %s", r.Object, target)
		c := s.need(r, "FP401", checks.OnObject(r.Account, namespaces, verb, target, target), because)
		c.Origin = matrix.Share(r.Origin("spec.install.createNamespace"))
		s.Add(c)
	}
}
