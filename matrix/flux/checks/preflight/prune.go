// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// prunes asks for what the account needs to delete what the change drops (FP422). An object that cannot be read is not
// deleted (fluxcd/pkg ssa manager_delete.go@v0.76.2).
func (s *section) prunes(p model.Plan) {
	dropped := p.Dropped()
	if len(dropped) == 0 {
		return
	}
	if !p.Prunes() {
		s.Skip(fmt.Sprintf("what %s no longer applies, objects: %d", p.Applier(), len(dropped)), "spec.prune is off, so that they stay on the cluster")
		return
	}
	for _, e := range dropped {
		if why := s.Stays(p, e); why != "" {
			s.Skip(e.String(), why)
			continue
		}
		s.deletes(p, e, p.Origin("status.inventory"), fmt.Sprintf("the change drops %s, and %s prunes it", e, p.Applier()))
		s.deletesWith(p, e)
	}
}

// deletes asks for the deletion of an object.
func (s *section) deletes(p model.Plan, e model.Entry, origin matrix.Origin, because string) {
	resource, ok := s.ResourceOf(e.Group, e.Kind)
	if !ok {
		s.SkipUnserved(s.Model, e.Group, e.String()+" of "+p.Applier())
		return
	}
	for _, verb := range [...]string{"get", "delete"} {
		if resource.Has(verb) {
			c := s.need(p, "FP422", origin, checks.OnObject(p.Account, resource, verb, e.Namespace, e.Name), because)
			c.Step = matrix.Deleting
			s.Add(c)
		}
	}
}

// deletesWith asks for what is deleted together with a Kustomization or HelmRelease that is dropped: what it applied, as
// its own account, if its deletion policy says so (kustomize-controller kustomization_controller.go@v1.9.5).
func (s *section) deletesWith(p model.Plan, dropped model.Entry) {
	at := slices.IndexFunc(s.Reconciliations, func(r *model.Reconciliation) bool {
		return r.Group == dropped.Group && r.Kind == dropped.Kind && r.Namespace == dropped.Namespace && r.Name == dropped.Name
	})
	if at < 0 {
		return
	}
	r := s.Reconciliations[at]
	if r.Remote || r.Account.Name == "" || s.Suspended(r) || !deletesAll(r) {
		return
	}
	with := model.Plan{Reconciliation: r}
	for _, e := range r.Inventory.Entries {
		if s.Stays(with, e) == "" {
			s.deletes(with, e, p.Origin("status.inventory"), fmt.Sprintf("the change drops %s, which deletes %s with itself", r.Object, e))
		}
	}
}

// deletesAll reports whether the deletion of r deletes what it applied.
func deletesAll(r *model.Reconciliation) bool {
	switch policy := fields.Text(r.Fields, "spec.deletionPolicy"); {
	case r.Kind != "Kustomization":
		return true
	case policy == "" || policy == "MirrorPrune":
		return fields.True(r.Fields, "spec.prune")
	default:
		return policy != "Orphan"
	}
}
