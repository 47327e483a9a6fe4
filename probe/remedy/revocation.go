// SPDX-License-Identifier: Apache-2.0

package remedy

import "github.com/flux-probe/flux-probe/probe/rbac"

// Revocation is how to end a grant: by its binding, or by its rule, a line each.
func Revocation(r rbac.Removal) []string {
	lines := []string{r.ByBinding()}
	if narrow := r.ByRule(); narrow != "" {
		lines = append(lines, "or "+narrow)
	}
	return lines
}
