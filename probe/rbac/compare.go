// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Difference describes in one line how the API server's answer to a review differs from what RBAC
// alone allows, and the likely causes. It is "" when they agree, or when the server's answer is an
// error. The server's answer stands in any case. Ask only when all roles and bindings could be read.
func (x *Index) Difference(review matrix.Review, status authorizationv1.SubjectAccessReviewStatus) string {
	if !status.Allowed && status.EvaluationError != "" {
		return ""
	}
	allowed := x.Allowed(review)
	switch {
	case status.Denied && allowed:
		return safetext.Printable("RBAC alone would allow it (" + x.Grants(review)[0].Text() + "), but the server denies it: " +
			"another authorizer decides before RBAC")
	case status.Allowed && !status.Denied && !allowed:
		return safetext.Printable("RBAC alone would not allow it: " + unknownGrant(status.Reason))
	case !status.Allowed && allowed:
		return safetext.Printable("RBAC alone would allow it (" + x.Grants(review)[0].Text() + "): " +
			"RBAC changed after it was read, or the server's cache is behind, or the server does not authorize by RBAC")
	default:
		return ""
	}
}

// unknownGrant explains an access that the server allows by something that the index does not contain.
func unknownGrant(reason string) string {
	switch {
	case reason == "":
		return "the server allowed it without a reason, as it does for superuser groups and as other authorizers can"
	case strings.HasPrefix(reason, "RBAC: "):
		return "the server names a grant that was not there when RBAC was read (" + reason + ")"
	default:
		return "another authorizer allowed it (" + reason + ")"
	}
}
