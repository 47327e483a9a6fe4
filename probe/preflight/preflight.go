// SPDX-License-Identifier: Apache-2.0

// Package preflight reads what an object of Flux is about to apply as its controller would: a folder is built with what
// the object's own spec adds to its kustomization file.
//
//	files, folders, stdin ─┐
//	the object's spec ─────┼─Read─▶ probe/manifests ──▶ what is about to be applied
//	its ConfigMaps ────────┘
//
// What was rendered by another tool is taken as it is. The package reads no Secret, and asks no cluster itself.
package preflight

import (
	"context"
	"io"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/resource"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Values reads the values of a ConfigMap; false if there is none of that name.
type Values func(ctx context.Context, namespace, name string) (map[string]string, bool, error)

// Read reads what o is about to apply. The gaps say what of it could not be known. The error is a *manifests.Error.
func Read(ctx context.Context, o snapshot.Object, values Values, stdin io.Reader, paths ...string) (*manifests.Manifests, []matrix.Gap, error) {
	if o.Kind != "Kustomization" {
		m, err := manifests.ReadWhole(stdin, paths...)
		if err != nil {
			return nil, nil, err
		}
		m, gaps := omit(o, m)
		return m, gaps, nil
	}
	s := &substitution{object: o, find: sync.OnceValue(func() found { return find(ctx, o, values) })}
	m, rendered, err := manifests.ReadBuilt(stdin, manifests.Build{
		Path: fields.Text(o.Fields, "spec.path"),
		Edit: edit(o),
		Each: func(r *resource.Resource) error {
			if err := s.substitute(r); err != nil {
				return err
			}
			return addMetadata(o, r)
		},
	}, paths...)
	gaps := s.gaps
	if used := unused(o); len(rendered) > 0 && len(used) > 0 {
		gaps = append(gaps, matrix.Gap{
			What: strings.Join(used, ", ") + " of " + o.String(),
			Why:  strings.Join(rendered, ", ") + " has no kustomization file, and is taken as rendered", Kind: matrix.Chosen,
		})
	}
	return m, gaps, err
}

// omit leaves out what is marked not to be part of what o applies.
func omit(o snapshot.Object, m *manifests.Manifests) (*manifests.Manifests, []matrix.Gap) {
	change := facts.Load().Change
	var gaps []matrix.Gap
	return m.Without(func(p snapshot.Planned) bool {
		mark := change.Marked(o.Kind, facts.Omit, p.Annotations)
		if mark != "" {
			gaps = append(gaps, matrix.Gap{What: p.Origin().String(), Why: "it is marked " + mark + ", so that it is not applied", Kind: matrix.Chosen})
		}
		return mark != ""
	}), gaps
}

// unused are the fields of o that change what is built, and nothing that is rendered.
func unused(o snapshot.Object) []string {
	var found []string
	for _, field := range [...]string{"spec.namePrefix", "spec.nameSuffix", "spec.patches", "spec.images", "spec.components", "spec.commonMetadata", "spec.postBuild"} {
		if fields.Get(o.Fields, field) != nil {
			found = append(found, field)
		}
	}
	return found
}
