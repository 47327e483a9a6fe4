// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"k8s.io/apimachinery/pkg/version"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// definition are the few fields of a CustomResourceDefinition that tell what discovery would serve.
type definition struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		Group    string
		Names    struct{ Kind, Plural string }
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
func (d *definition) resources() []flux.Resource {
	var whole, status, scale flux.Resource
	highest := func(r *flux.Resource, v, subresource, kind string, verbs ...string) {
		if r.Version == "" || version.CompareKubeAwareVersionStrings(v, r.Version) > 0 {
			*r = flux.Resource{
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
	var resources []flux.Resource
	for _, r := range []flux.Resource{whole, scale, status} {
		if r.Version != "" {
			resources = append(resources, r)
		}
	}
	return resources
}
