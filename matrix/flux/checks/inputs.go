// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"cmp"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// input is a ConfigMap or Secret whose content decides what Flux applies.
type input struct{ resource, namespace, name string }

// inputs are those of all objects, in the order of the objects.
type inputs []input

// newInputs finds the inputs that Kustomizations, HelmReleases and ResourceSets name. steps.yaml lists the fields.
func newInputs(m *model.Model) inputs {
	var found inputs
	for _, r := range m.Reconciliations {
		for _, f := range m.Facts.Steps.Inputs {
			if f.Group != r.Group || f.Kind != r.Kind {
				continue
			}
			for _, element := range fields.Each(r.Fields, f.Field) {
				kind := cmp.Or(fields.Text(element.Fields, "kind"), "Secret")
				if resource, ok := m.ResourceOf("", kind); ok {
					found = append(found, input{resource.Resource, r.Namespace, fields.Text(element.Fields, "name")})
				}
			}
		}
		for _, f := range m.Facts.Isolation.Inputs {
			if name := fields.Text(r.Fields, f.Field+".name"); name != "" {
				found = append(found, input{f.Resource, r.Namespace, name})
			}
		}
	}
	return found
}

// change reports whether an access changes one of them.
func (all inputs) change(a matrix.Access) bool {
	if a.Group != "" || a.Subresource != "" || !slices.Contains([]string{"create", "update", "patch"}, a.Verb) {
		return false
	}
	return slices.ContainsFunc(all, func(i input) bool {
		return i.resource == a.Resource && (a.Namespace == "" || a.Namespace == i.namespace) && (a.Name == "" || a.Name == i.name)
	})
}
