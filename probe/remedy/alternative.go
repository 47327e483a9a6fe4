// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// LeastPrivileged returns the alternative of a check that gives away least: the first, unless that allows
// to grant roles at will, or everything, and another does not.
func LeastPrivileged(check *matrix.Asked) []matrix.Review {
	if len(check.AnyOf) == 0 {
		return nil
	}
	return slices.MinFunc(check.AnyOf, func(a, b []matrix.Review) int { return privilege(a) - privilege(b) })
}

// privilege ranks what an alternative gives away beyond the access itself: nothing, the right to grant one
// role or a wildcard, the right to grant any role.
func privilege(alternative []matrix.Review) int {
	highest := 0
	for _, r := range alternative {
		a := r.Access
		switch grants := a.Verb == "escalate" || a.Verb == "bind"; {
		case grants && a.Name == "":
			highest = max(highest, 2)
		case grants, a.Verb == "*", a.Group == "*", a.Resource == "*":
			highest = max(highest, 1)
		}
	}
	return highest
}

// constrained returns the alternative of a check that consists of constrained impersonation, nil when it
// has none.
func constrained(check *matrix.Asked) []matrix.Review {
	for _, alternative := range check.AnyOf {
		if slices.ContainsFunc(alternative, func(r matrix.Review) bool { return matrix.IsConstrainedImpersonation(r.Access.Verb) }) {
			return alternative
		}
	}
	return nil
}
