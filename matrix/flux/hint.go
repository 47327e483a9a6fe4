// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// explainHint is the next step of a check that its source has no better one for: the command that
// says which grant is missing or too wide. It is empty for a check about no resource.
func explainHint(e matrix.Expectation) string {
	review, ok := e.Access()
	a := review.Attributes
	if !ok || a.Path != "" || review.Subject.Kind != matrix.KindServiceAccount {
		return ""
	}
	resource := a.Resource
	if a.Group != "" {
		resource += "." + a.Group
	}
	for _, part := range []string{a.Subresource, a.Name} {
		if part != "" {
			resource += "/" + part
		}
	}
	hint := "flux-probe explain " + review.Subject.String() + " " + a.Verb + " " + resource
	if a.Namespace != "" {
		hint += " -n " + a.Namespace
	}
	return hint
}
