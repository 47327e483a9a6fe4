// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"k8s.io/apimachinery/pkg/version"
)

// definition is what decides, in a CustomResourceDefinition, what discovery would serve.
type definition struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		Group string
		Names struct {
			Kind, Plural string
			ShortNames   []string
		}
		Scope    string
		Versions []definitionVersion
	}
}

type definitionVersion struct {
	Name         string
	Served       bool
	Subresources struct{ Status, Scale *struct{} }
}

// resources are what an API server serves for d: each resource in the version that it prefers, which
// is the highest that is served and has it (k8s.io/apiextensions-apiserver
// pkg/apiserver/customresource_discovery_controller.go@v0.37.2).
func (d *definition) resources() []snapshot.Resource {
	var whole, status, scale snapshot.Resource
	highest := func(r *snapshot.Resource, v, subresource, kind string, verbs ...string) {
		if r.Version == "" || version.CompareKubeAwareVersionStrings(v, r.Version) > 0 {
			*r = snapshot.Resource{
				Group: d.Spec.Group, Version: v, Resource: d.Spec.Names.Plural, Subresource: subresource,
				Kind: kind, Namespaced: d.Spec.Scope == "Namespaced", Verbs: verbs,
			}
		}
	}
	for _, v := range d.Spec.Versions {
		if !v.Served {
			continue
		}
		highest(&whole, v.Name, "", d.Spec.Names.Kind, "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
		if v.Subresources.Status != nil {
			highest(&status, v.Name, "status", d.Spec.Names.Kind, "get", "patch", "update")
		}
		if v.Subresources.Scale != nil {
			highest(&scale, v.Name, "scale", "Scale", "get", "patch", "update")
		}
	}
	whole.ShortNames = d.Spec.Names.ShortNames
	var resources []snapshot.Resource
	for _, r := range []snapshot.Resource{whole, scale, status} {
		if r.Version != "" {
			resources = append(resources, r)
		}
	}
	return resources
}
