// SPDX-License-Identifier: Apache-2.0

package snapshot

import "github.com/flux-probe/flux-probe/matrix"

// Planned is an object that is about to be applied. What its content changes is in a Snapshot of its own; this is
// what every object has.
type Planned struct {
	Group       string
	Version     string
	Kind        string
	Namespace   string // empty for a cluster-scoped object, and for one that names none
	Name        string
	Labels      map[string]string
	Annotations map[string]string
	Place       Place // zero for standard input

	// Content is the whole object as decoded from JSON; nil for a Secret, and where nobody asked for it.
	Content map[string]any
}

// Origin names the object, and where it was read.
func (p Planned) Origin() matrix.Origin {
	return matrix.Origin{Kind: p.Kind, Namespace: p.Namespace, Name: p.Name, File: p.Place.File, Line: p.Place.Line}
}
