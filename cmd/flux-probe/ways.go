// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// way is the way to a right that gives away least: the first, unless that is to grant roles at will or
// everything, and another is not.
func way(e matrix.Expectation) []matrix.Review {
	if len(e.Ways) == 0 {
		return nil
	}
	return slices.MinFunc(e.Ways, func(a, b []matrix.Review) int { return danger(a) - danger(b) })
}

// danger ranks what a way gives away: nothing beyond itself, the right to grant one role, the right
// to grant any.
func danger(way []matrix.Review) int {
	worst := 0
	for _, r := range way {
		a := r.Attributes
		switch grants := a.Verb == "escalate" || a.Verb == "bind"; {
		case grants && a.Name == "":
			worst = max(worst, 2)
		case grants, a.Verb == "*", a.Group == "*", a.Resource == "*":
			worst = max(worst, 1)
		}
	}
	return worst
}
