// SPDX-License-Identifier: Apache-2.0

// Package manifests reads what would be applied to a cluster instead of a cluster: files, folders and
// the output of kustomize build become the same snapshot.Snapshot that probe/cluster reads.
//
//	files, folders, stdin ──Read──▶ Manifests ──Snapshot──▶ matrix/flux
//	                                               └──────▶ probe/rbac, which answers the reviews
//
// What an API server has before anything is applied, its resources and built-in roles, is data in the
// folder kubernetes, read from a real one. The package asks no API server and keeps nothing of Secrets.
package manifests

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Manifests are the objects of some files.
type Manifests struct {
	roots    []string        // the folders that were given
	overlays map[string]bool // the folders with a kustomization file
	objects  []object
	ignored  map[string]int // by kind
	builds   *Build         // how folders are built; nil as they are
	rendered []string       // the folders that were not built although builds is set
	whole    bool           // the content of every object is kept
}

// object is an object that was read. Of those without influence on access only the identity is kept.
type object struct {
	document
	group, version, kind string
	namespace, name      string
	labels, annotations  map[string]string
	raw                  json.RawMessage // nil when nothing of it is used
	whole                json.RawMessage // all of it; nil unless Manifests.whole is set, and for a Secret
}

// title is kind and name, as texts call it.
func (o object) title() string {
	return matrix.Origin{Kind: o.kind, Namespace: o.namespace, Name: o.name}.String()
}

// groupKind is how ignored objects are counted: Service, Kustomization.kustomize.config.k8s.io.
func (o object) groupKind() string {
	if o.group == "" {
		return o.kind
	}
	return o.kind + "." + o.group
}

const extensions = "apiextensions.k8s.io"

// used reports whether the content of the object is needed, and not just that it exists.
func (o object) used() bool {
	switch o.group {
	case "":
		return o.kind == "Namespace" || o.kind == "ServiceAccount"
	case "apps":
		return o.kind == "Deployment"
	case rbacv1.GroupName:
		return true
	case extensions:
		return o.kind == "CustomResourceDefinition"
	case admissionv1.GroupName:
		return isGuard(o.kind)
	default:
		return facts.IsGroup(o.group)
	}
}

// Ignored are the objects whose kinds have no influence on access, counted by kind and put on one line;
// "" when there are none.
func (m *Manifests) Ignored() string {
	kinds := slices.SortedFunc(maps.Keys(m.ignored), func(a, b string) int {
		return cmp.Or(m.ignored[b]-m.ignored[a], strings.Compare(a, b))
	})
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%s (%d)", kind, m.ignored[kind])
	}
	return strings.Join(kinds, ", ")
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
