// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/probe/rbac"
)

// YAML is the plan as documents for kubectl apply: a role for each account and scope, with the checks that
// need it. What is not a grant is in comments.
func (p *Plan) YAML() ([]byte, error) {
	var b bytes.Buffer
	if why := p.snapshot.WhyRBACUnread(); why != "" {
		fmt.Fprintf(&b, "# Excess permissions may be granted by RBAC that could not be read: %s\n", why)
	}
	if len(p.missing) == 0 {
		b.WriteString("# No permission is missing that a role could grant.\n")
	}
	comments := func(n rbac.RoleNeed) []string { return p.needed[scope{n.Subject, n.Namespace}] }
	if err := writeGrants(&b, p.snapshot, p.missing, comments); err != nil {
		return nil, err
	}
	for _, r := range p.revocations {
		fmt.Fprintf(&b, "---\n# Excess permissions: %s\n", strings.Join(r.lines, "\n#   "))
		for _, check := range r.checks {
			fmt.Fprintf(&b, "#   %s\n", check)
		}
	}
	if len(p.unfixable) > 0 {
		b.WriteString("---\n# Not fixable with RBAC:\n")
	}
	for _, line := range p.unfixable {
		fmt.Fprintf(&b, "#   %s\n", line)
	}
	return b.Bytes(), nil
}

// Revocation is how to end a grant: by its binding, or by its rule, a line each.
func Revocation(r rbac.Removal) []string {
	lines := []string{r.ByBinding()}
	if narrow := r.ByRule(); narrow != "" {
		lines = append(lines, "or "+narrow)
	}
	return lines
}
