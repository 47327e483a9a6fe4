// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// early returns which plan brings an object that another plan rests on, if that other plan can be applied before it: it
// does not bring the object itself, and waits for none that does.
func (s *section) early(p model.Plan, on model.Entry) (by model.Plan, early bool) {
	for _, q := range s.options.Change.Plans {
		switch {
		case !slices.Contains(q.Entries(), on):
		case q.Reconciliation == p.Reconciliation, s.waitsFor(p, q):
			return model.Plan{}, false
		case !early:
			by, early = q, true
		}
	}
	return by, early
}

// waitsFor reports whether p is applied only once q is ready, because it depends on it, directly or through others.
// What the change makes of an object counts, not what it is now.
func (s *section) waitsFor(p, q model.Plan) bool {
	last := entryOf(q.Object)
	seen := map[model.Entry]bool{}
	next := []model.Entry{entryOf(p.Object)}
	for len(next) > 0 {
		e := next[0]
		next = next[1:]
		if seen[e] {
			continue
		}
		seen[e] = true
		o, ok := s.after.Object(e.Group, e.Kind, e.Namespace, e.Name)
		if !ok {
			continue
		}
		on := dependencies(o)
		if slices.Contains(on, last) {
			return true
		}
		next = append(next, on...)
	}
	return false
}

func entryOf(o snapshot.Object) model.Entry {
	return model.Entry{Namespace: o.Namespace, Name: o.Name, Group: o.Group, Kind: o.Kind}
}

// dependencies are the objects that have to be ready before o is applied. Those of Kustomizations and HelmReleases are of
// the same kind; a ResourceSet names kinds, and can wait only until an object exists, whatever becomes of it.
func dependencies(o snapshot.Object) []model.Entry {
	var all []model.Entry
	for _, d := range fields.Each(o.Fields, "spec.dependsOn[]") {
		e := model.Entry{Namespace: fields.Text(d.Fields, "namespace"), Name: fields.Text(d.Fields, "name"), Group: o.Group, Kind: o.Kind}
		if o.Kind == "ResourceSet" {
			if !fields.True(d.Fields, "ready") {
				continue
			}
			e.Group, _, _ = strings.Cut(fields.Text(d.Fields, "apiVersion"), "/")
			e.Kind = fields.Text(d.Fields, "kind")
		}
		e.Namespace = cmp.Or(e.Namespace, o.Namespace)
		all = append(all, e)
	}
	return all
}

// unordered adds a warning: an object rests on another that a plan brings for which its own does not wait.
func (s *section) unordered(p model.Plan, o snapshot.Planned, field string, by model.Plan, on model.Entry) {
	c := &matrix.Observed{CheckMeta: s.unorderedMeta(p, o, by), Verdict: matrix.Missing, Evidence: notWaiting(p, by, on)}
	origin := o.Origin()
	origin.Field = field
	c.Origin = matrix.Share(origin)
	s.Add(c)
}

// bindsEarly asks, as a warning, whether a binding can be written before another plan brings its role: then only bind is
// enough.
func (s *section) bindsEarly(p model.Plan, o snapshot.Planned, role matrix.Origin, anyOf [][]matrix.Review) {
	on := model.Entry{Namespace: role.Namespace, Name: role.Name, Group: rbacGroup, Kind: role.Kind}
	_, before := s.RBAC().Role(role.Namespace, role.Name)
	by, early := s.early(p, on)
	if before || !early {
		return
	}
	c := &matrix.Asked{CheckMeta: s.unorderedMeta(p, o, by), Want: matrix.Allow, AnyOf: anyOf}
	c.Because += "; " + notWaiting(p, by, on) + ", and without the role only bind is enough"
	s.Add(c)
}

func (s *section) unorderedMeta(p model.Plan, o snapshot.Planned, by model.Plan) matrix.CheckMeta {
	meta := s.meta(p, "FP429", o.Origin(), fmt.Sprintf("%s applies %s, and its first reconciliations can fail", p.Applier(), model.EntryOf(o)))
	meta.Severity, meta.Step = matrix.Warning, matrix.Unordered
	meta.Hint = fmt.Sprintf("add %s to spec.dependsOn of %s", by.Applier(), p.Applier())
	if p.Kind != by.Kind && p.Kind != "ResourceSet" {
		meta.Hint = fmt.Sprintf("apply it with %s: a %s cannot depend on a %s", by.Applier(), p.Kind, by.Kind)
	}
	return meta
}

// notWaiting says that a plan does not wait for what another one brings.
func notWaiting(p, by model.Plan, on model.Entry) string {
	return fmt.Sprintf("%s does not depend on %s, which brings %s", p.Applier(), by.Applier(), on)
}
