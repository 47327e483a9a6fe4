// SPDX-License-Identifier: Apache-2.0

// Package controllers derives the section about the permissions of the accounts that Flux's controllers run as
// (FP101 to FP106).
package controllers

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	out := &checks.Results{}
	bound := checks.NewPermissions(m, o.Classes)
	for _, i := range m.Installs {
		if !m.Includes(i.Namespace) {
			continue
		}
		s := &scope{Model: m, Install: i, Results: out, options: o, bound: bound}
		s.skipAbsent()
		for _, a := range i.Accounts {
			s.permissions(a)
			s.mustNots(a)
			s.elsewhere(a)
		}
		s.boundSubjects()
		s.accounts()
		s.aggregated()
	}
	if len(out.Checks) > 0 {
		out.SkipUnreadRBAC(m, "permissions of Flux's controllers that RoleBindings in other namespaces give")
	}
	out.Gaps = append(out.Gaps, bound.Gaps()...)
	return out.Checks, out.Gaps
}

// scope is one install, and where its checks go.
type scope struct {
	*model.Model
	*model.Install
	*checks.Results
	options checks.Options
	bound   *checks.Permissions
}

func (s *scope) profile() checks.Profile {
	if s.options.Profile == "" {
		return checks.Release
	}
	return s.options.Profile
}

func (s *scope) isReconciler(component string) bool { return s.Facts.Releases.IsReconciler(component) }

// role returns a role of the release by its name there, with the rules of all releases.
func (s *scope) role(name string) facts.Role { return s.Facts.Releases.Role(name) }

// skipAbsent describes what the install does not have: a known version, some of Flux's components.
func (s *scope) skipAbsent() {
	if s.Assumed != "" {
		s.Skip("the permissions that its release gives Flux in "+s.Install.Namespace, s.Assumed)
	}
	for _, c := range s.Facts.Needs.Controllers {
		if !slices.ContainsFunc(s.Accounts, func(a model.Account) bool { return slices.Contains(a.Components(), c.Component) }) {
			s.Skip(c.Component+" in "+s.Install.Namespace, "not installed")
		}
	}
	for _, a := range s.Accounts {
		for _, component := range a.Components() {
			if !s.Facts.Needs.Known(component) {
				s.Skip(component+" in "+s.Install.Namespace, "it is not one of Flux's controllers, so its needs are not known")
			}
		}
	}
}

// skipUnserved describes that resources of a rule are not served.
func (s *scope) skipUnserved(names []string) {
	for _, name := range names {
		if g := (matrix.Gap{What: name, Why: "not installed: the API server does not serve it"}); !slices.Contains(s.Gaps, g) {
			s.Gaps = append(s.Gaps, g)
		}
	}
}
