// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// owners are the tenants that namespaces belong to, by a name for each. Namespaces that are home to the same tenant
// have one owner, whatever their labels say.
type owners map[string]string

func ownersOf(m *model.Model) owners {
	o := owners{}
	for _, n := range m.TenantNamespaces {
		namespace, _ := m.Namespace(n)
		o[n] = cmp.Or(namespace.Labels[facts.TenantLabel], n)
	}
	for _, t := range m.Tenants {
		owner := o[t.Home[0]]
		for _, home := range t.Home[1:] {
			if other := o[home]; other != owner {
				for n, name := range o {
					if name == other {
						o[n] = owner
					}
				}
			}
		}
	}
	return o
}

// of returns the owner of a namespace; "" for one that belongs to no tenant.
func (o owners) of(namespace string) string { return o[namespace] }

func (o owners) all() []string {
	return slices.Compact(slices.Sorted(maps.Values(o)))
}

func splitAccount(text string) (namespace, name string) {
	namespace, name, _ = strings.Cut(text, "/")
	return namespace, name
}
