// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"slices"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Part returns the objects of the manifests and nothing that they imply: they are to be added to s, whose resources tell
// which kinds have a namespace. What CustomResourceDefinitions among them define is in Resources. All objects, also those
// of kinds that a snapshot does not have, are in the list. The error is an *Error.
func (m *Manifests) Part(s *snapshot.Snapshot) (*snapshot.Snapshot, []snapshot.Planned, error) {
	part := &reading{
		Snapshot:   &snapshot.Snapshot{Definitions: map[string]snapshot.Definition{}},
		kubernetes: &Kubernetes{}, resources: map[string]snapshot.Resource{},
	}
	for _, r := range s.Resources {
		if r.Subresource == "" {
			part.resources[r.Group+"/"+r.Kind] = r
		}
	}
	if err := part.serve(m.objects); err != nil {
		return nil, nil, err
	}
	placed, planned := make([]object, len(m.objects)), make([]snapshot.Planned, len(m.objects))
	for i, o := range m.objects {
		placed[i] = part.place(o)
		planned[i] = placed[i].planned()
		part.locate(placed[i])
		if err := part.add(placed[i]); err != nil {
			return nil, nil, err
		}
	}
	if err := part.rbac(placed); err != nil {
		return nil, nil, err
	}
	part.services(placed)
	part.sort()
	return part.Snapshot, planned, nil
}

// Without returns the manifests without some objects.
func (m *Manifests) Without(left func(snapshot.Planned) bool) *Manifests {
	kept := *m
	kept.objects = slices.DeleteFunc(slices.Clone(m.objects), func(o object) bool { return left(o.planned()) })
	return &kept
}
