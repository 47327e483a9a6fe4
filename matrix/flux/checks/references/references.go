// SPDX-License-Identifier: Apache-2.0

// Package references derives the section about references from one namespace into another, which Flux follows with
// the controller's identity, whatever the tenant's own account can do, and about those that a feature gate blocks in
// any namespace (FP601 to FP606).
package references

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, options: o, asked: map[matrix.Review]bool{}, tenants: map[string]matrix.Subject{}}
	for _, t := range m.Tenants {
		account, _ := m.Account(t.Account)
		if _, known := s.tenants[t.Account.Namespace]; !known || account.Labels[facts.TenantLabel] != "" {
			s.tenants[t.Account.Namespace] = t.Account
		}
	}
	var kinds []string
	for _, field := range m.Facts.References {
		kinds = append(kinds, field.Kind)
	}
	s.SkipUnlisted(m, kinds)
	for _, object := range m.Objects {
		for _, r := range s.references(object) {
			if r.controller == nil {
				s.Skip(fmt.Sprintf("%s of %s", r.path, object), "no controller was found that watches it")
				continue
			}
			s.follow(r)
		}
		s.accessFrom(object)
	}
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options checks.Options
	tenants map[string]matrix.Subject // a tenant's account, by its namespace
	asked   map[matrix.Review]bool    // FP605, once for a controller, kind and namespace
}
