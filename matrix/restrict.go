// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"fmt"
	"slices"
)

// RestrictTo returns the part of a matrix that can be asked by a caller who can only create
// localsubjectaccessreviews in a namespace: these are about that namespace, and never about the whole
// cluster or a non-resource URL. What cannot be asked is left out, and described once.
func RestrictTo(m *Matrix, namespace string) *Matrix {
	restricted := &Matrix{NotAsked: slices.Clone(m.NotAsked)}
	skipped := 0
	for _, c := range m.Checks {
		if asked, ok := c.(*Asked); ok {
			local := asked.restrictTo(namespace)
			if local == nil {
				skipped++
				continue
			}
			c = local
		}
		restricted.Checks = append(restricted.Checks, c)
	}
	if skipped > 0 {
		restricted.NotAsked = append(restricted.NotAsked, Gap{
			Section: "all checks",
			What:    fmt.Sprintf("%d checks about the whole cluster, or about other namespaces than %s", skipped, namespace),
			Why:     "the caller can only create localsubjectaccessreviews in namespace " + namespace,
		})
	}
	return restricted
}

// restrictTo returns c with the alternatives that can be asked in namespace; nil when there are none.
// A permission may still be held in an alternative that was left out: one that is wanted is then
// undetermined when it is denied, and one that is not wanted is not asked about.
func (c *Asked) restrictTo(namespace string) *Asked {
	var kept [][]Review
	for _, alternative := range c.AnyOf {
		if !slices.ContainsFunc(alternative, func(r Review) bool { return r.Access.Namespace != namespace || r.Access.Path != "" }) {
			kept = append(kept, alternative)
		}
	}
	switch {
	case len(kept) == len(c.AnyOf):
		return c
	case len(kept) == 0 || c.Want == Deny:
		return nil
	}
	local := *c
	local.AnyOf, local.IfDenied = kept, Undetermined
	return &local
}
