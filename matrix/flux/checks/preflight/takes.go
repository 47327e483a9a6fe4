// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// takes returns the resource of an object, if the cluster can take it once the stages before it are applied: its kind
// is served, or the change brings its definition, and its namespace exists, or the change brings it. Otherwise it adds
// what is missing (FP429), whatever the account can do.
func (s *section) takes(p model.Plan, o snapshot.Planned) (snapshot.Resource, bool) {
	resource, served := s.after.ResourceOf(o.Group, o.Kind)
	switch {
	case !served && s.FailedGroup(o.Group) != "":
		s.SkipBroken(o.Origin().String(), "discovery of its API group failed: "+s.FailedGroup(o.Group))
		return resource, false
	case !served:
		s.lacks(p, o, "spec.names", fmt.Sprintf("the cluster serves no kind %s of %s, and the change brings no CustomResourceDefinition of it", o.Kind, groupOf(o)),
			"add the CustomResourceDefinition, or install what brings it first, and let this depend on it")
		return resource, false
	}
	if _, now := s.ResourceOf(o.Group, o.Kind); !now {
		definition := model.Entry{Name: resource.Resource + "." + resource.Group, Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}
		if by, early := s.early(p, definition); early {
			s.unordered(p, o, "kind", by, definition)
		}
	}
	switch {
	case !resource.Namespaced:
		return resource, true
	case o.Namespace == "":
		s.lacks(p, o, "metadata.namespace", "it names no namespace, and Flux does not choose one", "set metadata.namespace, or spec.targetNamespace of what applies it")
		return resource, false
	}
	if _, exists := s.after.Namespace(o.Namespace); !exists && s.WhyUnread("", "namespaces") == "" {
		s.lacks(p, o, "metadata.namespace", fmt.Sprintf("the namespace %s does not exist, and the change does not bring it", o.Namespace),
			"add the Namespace to what is applied, or let this depend on what creates it")
		return resource, false // nothing can be granted there yet
	}
	if _, now := s.Namespace(o.Namespace); !now {
		namespace := model.Entry{Name: o.Namespace, Kind: "Namespace"}
		if by, early := s.early(p, namespace); early {
			s.unordered(p, o, "metadata.namespace", by, namespace)
		}
	}
	return resource, true
}

func groupOf(o snapshot.Planned) string {
	if o.Group == "" {
		return "the core group"
	}
	return o.Group
}

// lacks adds a failure that no permission decides.
func (s *section) lacks(p model.Plan, o snapshot.Planned, field, evidence, hint string) {
	origin := o.Origin()
	origin.Field = field
	c := &matrix.Observed{
		CheckMeta: s.meta(p, "FP429", origin, fmt.Sprintf("%s applies %s", p.Applier(), model.EntryOf(o))),
		Verdict:   matrix.Missing, Evidence: evidence,
	}
	c.Hint = hint
	s.Add(c)
}

// fixed adds what the API server does not let a binding change: its role.
func (s *section) fixed(p model.Plan, o snapshot.Planned) {
	was, before := s.RBAC().Binding(o.Namespace, o.Name)
	now, after := s.after.RBAC().Binding(o.Namespace, o.Name)
	if before && after && was.RoleOrigin() != now.RoleOrigin() && !s.Forced(p, o) {
		hint := "give the binding another name"
		if mark := s.Facts.Change.MarkFor(p.Kind, facts.Force); mark != "" {
			hint += ", or annotate it so that it is replaced (" + mark + ")"
		}
		s.lacks(p, o, "roleRef", fmt.Sprintf("it refers to %s on the cluster, and a roleRef cannot be changed", was.RoleOrigin()), hint)
	}
}
