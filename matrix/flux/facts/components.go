// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"
	"strings"
)

// The components that checks name.
const (
	SourceController    = "source-controller"
	KustomizeController = "kustomize-controller"
	HelmController      = "helm-controller"
	Operator            = "flux-operator" // not part of Flux; it reconciles ResourceSets as Flux does its kinds
)

// TenantLabel marks what `flux create tenant` makes: Namespaces, ServiceAccounts and bindings
// (flux2 cmd/flux/create_tenant.go@v2.9.5).
const TenantLabel = "toolkit.fluxcd.io/tenant"

// Components is components.yaml: the controllers and their kinds.
type Components struct {
	GroupSuffix string      `json:"groupSuffix"`
	All         []Component `json:"components"`
}

// Component is a controller of Flux, or flux-operator.
type Component struct {
	Name       string   `json:"name"`
	Group      string   `json:"group"`
	Kinds      []string `json:"kinds"`
	Applies    []string `json:"applies"`    // the kinds that apply other objects
	Accounts   []string `json:"accounts"`   // other names of its ServiceAccount
	ThirdParty bool     `json:"thirdParty"` // it is not part of a Flux release
}

// Names returns the controllers of Flux, in the order in which they are shown.
func (c Components) Names() []string {
	var names []string
	for _, component := range c.All {
		if !component.ThirdParty {
			names = append(names, component.Name)
		}
	}
	return names
}

// Groups returns the API groups of the components, sorted.
func (c Components) Groups() []string {
	var groups []string
	for _, component := range c.All {
		groups = append(groups, component.Group)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// Known reports whether name is a controller of Flux or flux-operator.
func (c Components) Known(name string) bool {
	return slices.ContainsFunc(c.All, func(component Component) bool { return component.Name == name })
}

// IsGroup reports whether Flux or flux-operator reconcile the objects of an API group.
func (c Components) IsGroup(group string) bool {
	return strings.HasSuffix(group, c.GroupSuffix) ||
		slices.ContainsFunc(c.All, func(component Component) bool { return component.Group == group })
}

// Of returns the component that reconciles a kind; false for a kind that is not one of Flux's.
func (c Components) Of(group, kind string) (Component, bool) {
	found, ok := Component{}, false
	for _, component := range c.All {
		if component.Group == group && (!ok || slices.Contains(component.Kinds, kind)) {
			found, ok = component, true
		}
	}
	return found, ok
}

// GroupOf returns the API group of a kind that a reference can name; that of the sources for an unknown kind.
func (c Components) GroupOf(kind string) string {
	for _, component := range c.All {
		if slices.Contains(component.Kinds, kind) {
			return component.Group
		}
	}
	return c.All[0].Group
}

// KindApplies reports whether objects of the kind apply other objects, with an account to impersonate for it.
func (c Components) KindApplies(group, kind string) bool {
	component, ok := c.Of(group, kind)
	return ok && slices.Contains(component.Applies, kind)
}

// Applies reports whether a component applies objects, and impersonates accounts for it.
func (c Components) Applies(name string) bool {
	return slices.ContainsFunc(c.All, func(component Component) bool { return component.Name == name && len(component.Applies) > 0 })
}

// Kinds returns the kinds that Flux and flux-operator reconcile.
func (c Components) Kinds() []string {
	var kinds []string
	for _, component := range c.All {
		kinds = append(kinds, component.Kinds...)
	}
	return kinds
}

// Appliers returns the kinds that apply other objects.
func (c Components) Appliers() []string {
	var kinds []string
	for _, component := range c.All {
		kinds = append(kinds, component.Applies...)
	}
	return kinds
}

// OwnAccount reports whether name is the name of the ServiceAccount of one of Flux's own controllers.
func (c Components) OwnAccount(name string) bool {
	return slices.ContainsFunc(c.All, func(component Component) bool {
		return !component.ThirdParty && (component.Name == name || slices.Contains(component.Accounts, name))
	})
}

// IsGroup reports whether Flux or flux-operator reconcile the objects of an API group.
func IsGroup(group string) bool { return Load().Components.IsGroup(group) }
