// SPDX-License-Identifier: Apache-2.0

// Package preflight derives the section about what is about to be applied: what the account that applies it needs, in
// the order in which Flux works, and what the change opens (FP421 to FP429).
package preflight

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
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
	case s.suspended(p.Reconciliation):
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

// suspended reports whether nothing is applied until somebody says so.
func (s *section) suspended(r *model.Reconciliation) bool {
	return fields.True(r.Fields, "spec.suspend") || s.Facts.Change.Marked(r.Kind, facts.Omit, annotations(r)) != ""
}

// forced reports whether an object is deleted and created again where a field cannot be changed.
func (s *section) forced(p model.Plan, o snapshot.Planned) bool {
	marked := s.Facts.Change.Marked(p.Kind, facts.Force, o.Labels, o.Annotations, annotations(p.Reconciliation)) != ""
	return marked || fields.True(p.Fields, "spec.force")
}

// annotations are those of an object that applies others, which are about all of it.
func annotations(r *model.Reconciliation) map[string]string {
	found := map[string]string{}
	if r.Kind != "ResourceSet" {
		return found
	}
	all, _ := fields.Get(r.Fields, "metadata.annotations").(map[string]any)
	for key, value := range all {
		found[key], _ = value.(string)
	}
	return found
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

// presence is whether an object exists on the cluster.
type presence int

const (
	unknown presence = iota
	present
	absent
)

// exists looks an object up in what was read: by itself, in the inventory, and in the lists of its kind.
func (s *section) exists(p model.Plan, o snapshot.Planned) presence {
	e := model.EntryOf(o)
	known := func(exists bool) presence {
		if exists {
			return present
		}
		return absent
	}
	if live, ok := p.Live[e]; ok {
		return known(live.Exists)
	}
	if _, there := s.Namespace(e.Namespace); e.Namespace != "" && !there && s.WhyUnread("", "namespaces") == "" {
		return absent
	}
	for _, had := range p.Inventory.Entries {
		if had == e {
			return present
		}
	}
	resource, served := s.ResourceOf(e.Group, e.Kind)
	if !served {
		return known(s.FailedGroup(e.Group) != "")
	}
	if s.WhyUnread(resource.Group, resource.Resource) != "" {
		return unknown
	}
	switch resource.Group + "/" + resource.Kind {
	case "/Namespace":
		_, ok := s.Namespace(e.Name)
		return known(ok)
	case "/ServiceAccount":
		_, ok := s.Account(matrix.ServiceAccount(e.Namespace, e.Name))
		return known(ok)
	case rbacGroup + "/Role", rbacGroup + "/ClusterRole":
		_, ok := s.RBAC().Role(e.Namespace, e.Name)
		return known(ok)
	case rbacGroup + "/RoleBinding", rbacGroup + "/ClusterRoleBinding":
		_, ok := s.RBAC().Binding(e.Namespace, e.Name)
		return known(ok)
	}
	if s.Facts.Components.IsGroup(e.Group) {
		_, ok := s.Object(e.Group, e.Kind, e.Namespace, e.Name)
		return known(ok)
	}
	return unknown
}
