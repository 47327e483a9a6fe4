// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// applies asks for what the account needs on an object that it applied (FP401). The create of server-side apply
// carries the name of the object.
func (s *section) applies(r *model.Reconciliation, e model.Entry, resource snapshot.Resource) {
	for _, verb := range s.Facts.Applying.Apply {
		if !resource.Has(verb) {
			continue
		}
		c := s.need(r, "FP401", s.onObject(r.Account, resource, verb, e), because(r, e, verb))
		c.Latent = verb == "create" || verb == "delete"
		if verb == "delete" && neverDeletes(r, e) || verb == "create" && contains(e, r.Object) || verb == "get" && appliesUnread(r, e) {
			c.Severity = matrix.Info
		}
		s.Add(c)
	}
}

// onObject is checks.OnObject for an entry. The entries of one kind share the review of all names, which is most of
// the memory of a check.
func (s *section) onObject(account matrix.Subject, resource snapshot.Resource, verb string, e model.Entry) [][]matrix.Review {
	anyOf := checks.OnObject(account, resource, verb, e.Namespace, e.Name)
	if len(anyOf) < 2 {
		return anyOf
	}
	wide := anyOf[0][0]
	if _, ok := s.wide[wide]; !ok {
		s.wide[wide] = anyOf[0]
	}
	anyOf[0] = s.wide[wide]
	return anyOf
}

// contains reports whether e is the Namespace that o is in: o is deleted with it, and never creates it.
func contains(e model.Entry, o snapshot.Object) bool {
	return e.Group == "" && e.Kind == "Namespace" && e.Name == o.Namespace
}

// because describes what fails without verb; what fails only later is latent.
func because(r *model.Reconciliation, e model.Entry, verb string) string {
	switch verb {
	case "create":
		return fmt.Sprintf("%s cannot create %s again once it is gone (latent)", r.Object, e)
	case "delete":
		return fmt.Sprintf("%s cannot prune %s (latent)", r.Object, e)
	case "get":
		return fmt.Sprintf("%s reads %s before it replaces, prunes or waits for it", r.Object, e)
	default:
		return fmt.Sprintf("%s applies %s", r.Object, e)
	}
}

// appliesUnread reports whether r does its work without reading e. kustomize-controller reads an object before
// it applies it, and goes on without when it cannot; to prune an object, to replace an immutable one and to wait for
// its health it has to read it (fluxcd/pkg ssa manager_apply.go, manager_delete.go v0.76.2).
func appliesUnread(r *model.Reconciliation, e model.Entry) bool {
	return r.Kind == "Kustomization" && neverDeletes(r, e) && !fields.True(r.Fields, "spec.wait")
}

// neverDeletes reports whether r never deletes e: it does not prune, or e is a CustomResourceDefinition of a chart,
// which an uninstall keeps.
func neverDeletes(r *model.Reconciliation, e model.Entry) bool {
	switch r.Kind {
	case "Kustomization":
		return !fields.True(r.Fields, "spec.prune") && !fields.True(r.Fields, "spec.force")
	case "HelmRelease":
		return e.Kind == "CustomResourceDefinition"
	default:
		return false
	}
}
