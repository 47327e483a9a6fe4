// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// Install is one Flux: the controllers of one namespace.
type Install struct {
	Namespace   string
	Version     string // v2.9.5, or v2.9 when only image tags are known; empty when unknown
	VersionFrom string // where Version was found, in words: label of CustomResourceDefinition …, given
	Controllers []Controller
}

// Installs groups controllers by namespace, and finds the version of each install. A flux-operator in a
// namespace of its own belongs to the first install, because it is not a Flux by itself.
func Installs(controllers []Controller, e Evidence) []Install {
	byNamespace := make(map[string][]Controller)
	var operators []Controller
	for _, c := range controllers {
		if c.Component == facts.Operator {
			operators = append(operators, c)
			continue
		}
		byNamespace[c.Namespace] = append(byNamespace[c.Namespace], c)
	}
	var installs []Install
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		installs = append(installs, Install{Namespace: namespace, Controllers: byNamespace[namespace]})
	}
	for _, o := range operators {
		if len(installs) == 0 {
			break
		}
		at := max(0, slices.IndexFunc(installs, func(i Install) bool { return i.Namespace == o.Namespace }))
		installs[at].Controllers = append(installs[at].Controllers, o)
	}
	for i := range installs {
		install := &installs[i]
		slices.SortFunc(install.Controllers, func(a, b Controller) int {
			return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
		})
		install.Version, install.VersionFrom = e.version(*install, len(installs) == 1)
	}
	return installs
}
