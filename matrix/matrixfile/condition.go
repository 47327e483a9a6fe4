// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// Holds reports whether the API server's version and at least one of the versions of Flux meet the
// condition. A version that is not known meets every condition, and v2.9 meets what some patch of 2.9
// meets: a rule that might apply is asked. The same holds when fluxes is empty, because then no Flux was
// found that could tell. A nil condition always holds.
func (c *Condition) Holds(kubernetes string, fluxes []string) bool {
	if c == nil {
		return true
	}
	return meets(kubernetes, c.Kubernetes) &&
		(len(fluxes) == 0 || slices.ContainsFunc(fluxes, func(flux string) bool { return meets(flux, c.Flux) }))
}

// meets reports whether the version text meets the comparisons. Comparisons that are not valid, which
// Parse refuses, are never met.
func meets(text, comparisons string) bool {
	condition, err := version.ParseCondition(comparisons)
	if err != nil {
		return false
	}
	v, _ := version.Parse(text) // zero, a version that is not known, when it cannot be parsed
	return condition.Holds(v)
}

// String describes the condition: Flux >=2.9 and Kubernetes 1.37.
func (c *Condition) String() string {
	var parts []string
	if c.Flux != "" {
		parts = append(parts, "Flux "+c.Flux)
	}
	if c.Kubernetes != "" {
		parts = append(parts, "Kubernetes "+c.Kubernetes)
	}
	return strings.Join(parts, " and ")
}
