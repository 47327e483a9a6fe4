// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// readsHealth asks for the reads of health checks, which are done as the account (FP403). If one is refused, there
// is no clear error: the status stays unknown until the check times out.
func (s *section) readsHealth(r *model.Reconciliation) {
	waited, field := waitsFor(r)
	seen := map[matrix.Access]bool{}
	ask := func(resource snapshot.Resource, verb string, e model.Entry, name string) {
		access := resource.Access(verb, e.Namespace, name)
		if seen[access] {
			return
		}
		seen[access] = true
		c := s.need(r, "FP403", checks.OnObject(r.Account, resource, verb, e.Namespace, name),
			fmt.Sprintf("%s waits for %s, whose health is read from it", r.Object, e))
		c.Severity, c.Origin = matrix.Warning, matrix.Share(r.Origin(field))
		s.Add(c)
	}
	for _, e := range waited {
		if field == "spec.healthChecks" {
			if resource, ok := s.ResourceOf(e.Group, e.Kind); ok {
				ask(resource, "get", e, e.Name)
			} else {
				s.SkipUnserved(s.Model, e.Group, e.String()+" of "+r.String())
			}
		}
		for _, part := range s.Facts.Health.Of(e.Group, e.Kind) {
			if resource, ok := s.Resource(part.Group, part.Resource, ""); ok {
				ask(resource, "list", e, "")
			}
		}
	}
}

// waitsFor returns what r waits for, and the field that says so: everything that it applied, or the objects that
// spec.healthChecks names.
func waitsFor(r *model.Reconciliation) ([]model.Entry, string) {
	switch {
	case r.Kind == "HelmRelease":
		if fields.True(r.Fields, "spec.install.disableWait") && fields.True(r.Fields, "spec.upgrade.disableWait") {
			return nil, ""
		}
		return r.Inventory.Entries, "spec.install.disableWait"
	case r.Kind == "Kustomization" && fields.True(r.Fields, "spec.wait"):
		return r.Inventory.Entries, "spec.wait"
	case r.Kind == "Kustomization":
		var checked []model.Entry
		for _, check := range fields.Each(r.Fields, "spec.healthChecks[]") {
			group, _, ok := strings.Cut(fields.Text(check.Fields, "apiVersion"), "/")
			if !ok {
				group = ""
			}
			checked = append(checked, model.Entry{
				Namespace: fields.Text(check.Fields, "namespace"), Name: fields.Text(check.Fields, "name"),
				Group: group, Kind: fields.Text(check.Fields, "kind"),
			})
		}
		return checked, "spec.healthChecks"
	default:
		return nil, ""
	}
}
