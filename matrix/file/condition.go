// SPDX-License-Identifier: Apache-2.0

package file

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
)

var comparison = regexp.MustCompile(`^(>=|<=|>|<|=)?v?(\d+\.\d+(?:\.\d+)?)$`)

// Holds says whether the condition holds for a Kubernetes and at least one of the versions of Flux.
// A version that is not known satisfies it: what cannot be told is asked.
func (c *Condition) Holds(kubernetes string, fluxes []string) bool {
	if c == nil {
		return true
	}
	if ok, err := holds(c.Kubernetes, kubernetes); err != nil || !ok {
		return false
	}
	for _, flux := range fluxes {
		if ok, err := holds(c.Flux, flux); err == nil && ok {
			return true
		}
	}
	return len(fluxes) == 0
}

// String is the condition in words.
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

// holds compares at the precision of the condition: v2.9.5 is =2.9, and not >2.9. What comes after
// the patch, as in v1.37.2-gke.100, is not compared.
func holds(condition, actual string) (bool, error) {
	all := true
	for word := range strings.FieldsSeq(condition) {
		m := comparison.FindStringSubmatch(word)
		if m == nil {
			return false, fmt.Errorf("%q is no comparison; want one like >=2.9 or <1.38.0", word)
		}
		got, err := version.ParseGeneric(actual)
		if err != nil {
			continue
		}
		want := version.MustParseGeneric(m[2])
		cut := got.Components()
		order, err := version.MustParseGeneric(dotted(cut[:min(len(cut), len(want.Components()))])).Compare(m[2])
		if err != nil {
			return false, err
		}
		switch m[1] {
		case ">=":
			all = all && order >= 0
		case "<=":
			all = all && order <= 0
		case ">":
			all = all && order > 0
		case "<":
			all = all && order < 0
		default:
			all = all && order == 0
		}
	}
	return all, nil
}

func dotted(components []uint) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(components), " ", "."), "[]")
}
