// SPDX-License-Identifier: Apache-2.0

// Package preflight derives the section about what is about to be applied: what the account that applies it needs, in
// the order in which Flux works, and what the change opens (FP421 to FP429).
package preflight

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section: nothing if nothing is about to be applied. What other sections derive of the model after
// the change is added by Restate and Opens.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	if o.Change == nil {
		return nil, nil
	}
	s := &section{Model: m, options: o, after: o.Change.After}
	for _, p := range o.Change.Plans {
		s.plan(p)
	}
	return s.Checks, s.Gaps
}

// section is the model as it is, the one after the change, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options checks.Options
	after   *model.Model
}

func (s *section) plan(p model.Plan) {
	switch {
	case p.Remote:
		s.Skip(p.Applier(), "spec.kubeConfig: its objects are on another cluster")
		return
	case p.Account.Name == "":
		s.Skip(p.Applier(), "no controller was found that watches it, and it names no account")
		return
	case s.Suspended(p.Reconciliation):
		s.Skip("when the change is applied", p.Applier()+" is suspended: nothing is applied until it is resumed")
	}
	if len(fields.Each(p.Fields, "spec.steps[]")) > 0 {
		s.Skip("in which step "+p.Applier()+" applies what", "nothing that is rendered tells; all is taken for one step")
	}
	for _, o := range p.Objects {
		if mark := s.Facts.Change.Marked(p.Kind, "leave", o.Labels, o.Annotations); mark != "" {
			s.Skip(o.Origin().String(), "it is marked "+mark+", so that it is not applied")
			continue
		}
		resource, ok := s.takes(p, o)
		if !ok {
			continue
		}
		s.copies(p, o, resource)
		s.applies(p, o, resource)
		s.writesRoles(p, o)
	}
	s.prunes(p)
}

// need returns a check that the account of a plan can do something with an object.
func (s *section) need(p model.Plan, code string, origin matrix.Origin, anyOf [][]matrix.Review, because string) *matrix.Asked {
	c := &matrix.Asked{CheckMeta: s.meta(p, code, origin, because), Want: matrix.Allow, AnyOf: anyOf}
	if s.Absent(p.Account) {
		c.Because += "; the ServiceAccount does not exist"
		c.Hint = fmt.Sprintf("create ServiceAccount %s first: it has only what bindings to its name and groups grant", p.Account)
	}
	return c
}

func (s *section) meta(p model.Plan, code string, origin matrix.Origin, because string) matrix.CheckMeta {
	return matrix.CheckMeta{
		Code: code, Subject: matrix.Share(p.Account), Severity: matrix.Error, Because: because, Origin: matrix.Share(origin), Step: matrix.Applying,
	}
}
