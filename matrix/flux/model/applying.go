// SPDX-License-Identifier: Apache-2.0

package model

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Suspended reports whether nothing is applied until somebody says so.
func (m *Model) Suspended(r *Reconciliation) bool {
	return fields.True(r.Fields, "spec.suspend") || m.Facts.Change.Marked(r.Kind, facts.Omit, annotations(r)) != ""
}

// Forced reports whether an object is deleted and created again where a field cannot be changed.
func (m *Model) Forced(p Plan, o snapshot.Planned) bool {
	marked := m.Facts.Change.Marked(p.Kind, facts.Force, o.Labels, o.Annotations, annotations(p.Reconciliation)) != ""
	return marked || fields.True(p.Fields, "spec.force")
}

// annotations are those of an object that applies others, which are about all of it.
func annotations(r *Reconciliation) map[string]string {
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

// Prunes reports whether what a plan drops is deleted, unless something keeps it.
func (p Plan) Prunes() bool { return p.Kind != "Kustomization" || fields.True(p.Fields, "spec.prune") }

// Stays returns why an object that a plan drops is not deleted; "" if it is, or if nothing is known of it.
func (m *Model) Stays(p Plan, e Entry) string {
	if p.Kind == "HelmRelease" && e.Kind == "CustomResourceDefinition" {
		return "Helm does not delete the CustomResourceDefinitions of a chart"
	}
	live, known := p.Live[e]
	if !known {
		return ""
	}
	if !live.Exists {
		return "the change drops it, and it does not exist any more"
	}
	if mark := m.Facts.Change.Marked(p.Kind, facts.Keep, live.Labels, live.Annotations); mark != "" {
		return "the change drops it, and it is marked " + mark + ", so that it stays on the cluster"
	}
	if slices.Contains(m.Facts.Change.Stages.Kinds, p.Kind) && !m.Facts.Change.Owned(live.Labels, p.Kind, p.Namespace, p.Name) {
		return "the change drops it, and its labels name another owner, so that it stays on the cluster"
	}
	return ""
}

// TriedBefore reports whether the dry-run of a binding comes before its role is applied as the change has it: both are
// in the change, and the role is in the stage of the binding or a later one.
func (m *Model) TriedBefore(p Plan, binding snapshot.Planned, role matrix.Origin) bool {
	stages := m.Facts.Change.Stages
	if p.Kind != "" && !slices.Contains(stages.Kinds, p.Kind) {
		return false
	}
	planned := slices.ContainsFunc(p.Objects, func(o snapshot.Planned) bool {
		return o.Group == rbacv1.GroupName && o.Kind == role.Kind && o.Namespace == role.Namespace && o.Name == role.Name
	})
	custom := ""
	if p.Controller != nil {
		custom = p.Controller.Flags.Text(stages.Third)
	}
	return planned && stages.Of(rbacv1.GroupName, role.Kind, custom) >= stages.Of(rbacv1.GroupName, binding.Kind, custom)
}
