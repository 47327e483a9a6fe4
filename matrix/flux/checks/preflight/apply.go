// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// copies asks for what the account needs to copy data into an object.
func (s *section) copies(p model.Plan, o snapshot.Planned, resource snapshot.Resource) {
	from := o.Annotations[s.Facts.Change.Copy]
	if p.Kind != "ResourceSet" || from == "" || o.Group != "" || o.Kind != "ConfigMap" && o.Kind != "Secret" {
		return
	}
	namespace, name, ok := strings.Cut(from, "/")
	if !ok || strings.Contains(name, "/") {
		s.lacks(p, o, "metadata.annotations", fmt.Sprintf("its annotation %s is %q", s.Facts.Change.Copy, from), "write NAMESPACE/NAME of what is copied")
		return
	}
	anyOf := checks.OnObject(p.Account, resource, "get", namespace, name)
	s.Add(s.need(p, "FP421", o.Origin(), anyOf, fmt.Sprintf("%s copies %s %s into %s", p.Applier(), o.Kind, from, model.EntryOf(o))))
}

// applies asks for what the account needs to apply an object (FP421): server-side apply is a patch, and a create where
// there is no object yet.
func (s *section) applies(p model.Plan, o snapshot.Planned, resource snapshot.Resource) {
	exists := s.Presence(p, o)
	if mark := s.Facts.Change.Marked(p.Kind, "once", o.Labels, o.Annotations); mark != "" && exists == model.Present {
		s.Skip(o.Origin().String(), "it exists, and is marked "+mark+", so that it is not applied")
		return
	}
	ask := func(verb, because string) *matrix.Asked {
		anyOf := checks.OnObject(p.Account, resource, verb, o.Namespace, o.Name)
		c := s.need(p, "FP421", o.Origin(), anyOf, fmt.Sprintf("%s %s %s", p.Applier(), because, model.EntryOf(o)))
		if resource.Has(verb) {
			s.Add(c)
		}
		return c
	}
	forced := s.Forced(p, o)
	if c := ask("get", "reads before it applies"); p.Kind != "HelmRelease" && !forced && !fields.True(p.Fields, "spec.wait") {
		c.Severity = matrix.Info // kustomize-controller goes on without (fluxcd/pkg ssa manager_apply.go@v0.76.2)
	}
	ask("patch", "applies")
	switch exists {
	case model.Absent:
		ask("create", "applies the new object")
	case model.Unknown:
		ask("create", "applies, if it does not exist yet,")
	}
	if p.Kind == "HelmRelease" && o.Annotations[s.Facts.Change.Hook] != "" {
		ask("delete", "deletes, before it creates it again, the hook")
	}
	if forced && exists != model.Absent {
		c := ask("delete", "replaces, if a field cannot be changed,")
		c.Latent, c.Severity = true, matrix.Warning
	}
}
