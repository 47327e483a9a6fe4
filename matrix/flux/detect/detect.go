// SPDX-License-Identifier: Apache-2.0

// Package detect finds Flux in a snapshot: which Deployments are its controllers, grouped by install, of which
// version, with which arguments.
//
//	snapshot.Snapshot.Deployments ──▶ Detect ──▶ []Install ──▶ package model
//
// The readers in probe/cluster and probe/manifests use it to decide which Deployments and definitions to keep.
// The package does no I/O and judges nothing.
package detect

import (
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Options describe the Flux to be found. The zero value finds every install.
type Options struct {
	Namespace string // where Flux runs; found by its Deployments when empty
	Version   string // v2.9.5; found by labels when empty
}

// Detect finds the installs of Flux among the Deployments of s: in the given namespace, or else those that are
// labelled as parts of Flux, and in other namespaces those that are known by their images.
func Detect(s *snapshot.Snapshot, o Options) []Install {
	var controllers, unlabelled []Controller
	labelled := map[string]bool{}
	for i := range s.Deployments {
		c, ok := NewController(&s.Deployments[i])
		switch {
		case !ok || o.Namespace != "" && c.Namespace != o.Namespace && c.Component != facts.Operator:
		case o.Namespace != "" || c.Component == facts.Operator:
			controllers = append(controllers, c)
		case c.Labels[partOfLabel] == partOf:
			controllers = append(controllers, c)
			labelled[c.Namespace] = true
		default:
			unlabelled = append(unlabelled, c)
		}
	}
	for _, c := range KnownByImage(unlabelled) {
		if !labelled[c.Namespace] {
			controllers = append(controllers, c)
		}
	}
	return Installs(controllers, Evidence{Given: o.Version, Definition: s.Definitions[VersionDefinition].Labels, Namespaces: s.Namespaces})
}
