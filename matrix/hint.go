// SPDX-License-Identifier: Apache-2.0

package matrix

import "github.com/flux-probe/flux-probe/matrix/safetext"

// Hint is what to do when c fails: its own hint, else the command that names the grant that is missing or
// too wide. It is empty for a check without a hint that is not about the access of a ServiceAccount to a
// resource.
//
// The command is made when it is needed: most checks do not fail.
func Hint(c Check) string {
	m := c.Meta()
	if m.Hint != "" {
		return m.Hint
	}
	a, ok := c.Access()
	if !ok || a.Path != "" || m.Subject.Get().Kind != KindServiceAccount {
		return ""
	}
	resource := Access{Group: a.Group, Resource: a.Resource}.GroupResource()
	for _, part := range []string{a.Subresource, a.Name} {
		if part != "" {
			resource += "/" + part
		}
	}
	hint := "flux-probe explain " + safetext.Quote(m.Subject.Get().String()) + " " + safetext.Quote(a.Verb) + " " + safetext.Quote(resource)
	if a.Namespace != "" {
		hint += " -n " + safetext.Quote(a.Namespace)
	}
	return hint
}
