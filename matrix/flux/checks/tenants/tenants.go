// SPDX-License-Identifier: Apache-2.0

// Package tenants derives the section about what the accounts with whose permissions Flux applies objects need for
// the next apply, prune or upgrade (FP401 to FP405).
package tenants

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, options: o, wide: map[matrix.Review][]matrix.Review{}}
	s.SkipUnlisted(m, m.Facts.Components.Appliers())
	asItself := map[string]int{} // objects by the controller that reconciles them as itself
	var order []string
	for _, r := range m.Reconciliations {
		switch {
		case !m.Includes(r.Namespace):
		case r.Remote:
			s.Skip(r.String(), "spec.kubeConfig: its objects are on another cluster"+remoteAccount(r))
		case r.By == "" && r.Controller == nil:
			s.Skip(r.String(), "no controller was found that watches it")
		case r.By == "":
			controller := r.Account.String()
			if asItself[controller]++; asItself[controller] == 1 {
				order = append(order, controller)
			}
		default:
			s.needs(r)
		}
	}
	for _, controller := range order {
		s.Skip(fmt.Sprintf("what %s reconciles as itself, objects: %d", controller, asItself[controller]),
			"no account is impersonated; section reconcilers asks for the controller's own permissions")
	}
	s.reported()
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options checks.Options

	wide map[matrix.Review][]matrix.Review // the alternatives on all names that the entries of one object need
}

// remoteAccount describes as whom Flux applies to another cluster: the identity of the kubeConfig impersonates an
// account with the name that it has here, a default account too, and pruning depends on whether that account exists
// here (fluxcd/flux2#5543, fluxcd/pkg#959).
func remoteAccount(r *model.Reconciliation) string {
	if r.By == "" {
		return ""
	}
	return fmt.Sprintf(", applied there as %s (%s), which the identity of the kubeConfig has to impersonate", r.Account.User(), r.By)
}

// needs asks for everything that the account of one object needs.
func (s *section) needs(r *model.Reconciliation) {
	if !r.Inventory.Found {
		s.Skip(r.String(), s.noInventory(r.Object))
	}
	for _, err := range r.Inventory.Errors {
		s.Skip(r.String(), err.Error())
	}
	clear(s.wide)
	for _, e := range r.Inventory.Entries {
		resource, ok := s.ResourceOf(e.Group, e.Kind)
		if !ok {
			s.SkipUnserved(s.Model, e.Group, e.String()+" of "+r.String())
			continue
		}
		s.applies(r, e, resource)
		s.grants(r, e)
	}
	if r.Kind == "HelmRelease" {
		s.createsNamespace(r)
		s.storesReleases(r)
	}
	s.readsHealth(r)
}

func (s *section) noInventory(o snapshot.Object) string {
	if o.Kind == "HelmRelease" && len(fields.Each(o.Fields, "status.history[]")) > 0 {
		since := s.Facts.Applying.Storage.InventorySince
		return fmt.Sprintf("no status.inventory: Flux before %d.%d keeps the objects of a release in a Secret, which is not read", since.Major(), since.Minor())
	}
	return "no status.inventory yet: nothing was applied; a refusal that its conditions report is asked about"
}

// need returns a check that the account of r can do something.
func (s *section) need(r *model.Reconciliation, code string, anyOf [][]matrix.Review, because string) *matrix.Asked {
	c := &matrix.Asked{
		CheckMeta: matrix.CheckMeta{Code: code, Subject: matrix.Share(r.Account), Severity: matrix.Error, Because: because, Origin: matrix.Share(r.Origin("status.inventory"))},
		Want:      matrix.Allow, AnyOf: anyOf,
	}
	if s.Absent(r.Account) {
		c.Because += "; the ServiceAccount does not exist, FP302"
		c.Hint = fmt.Sprintf("create ServiceAccount %s first: it has only what bindings to its name and groups grant", r.Account)
	}
	return c
}
