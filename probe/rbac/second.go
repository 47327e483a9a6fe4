// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Disagreement compares the API server's answer with what RBAC alone says, and gives the difference
// and its likely causes on one line; "" when they agree, or when the server gave no answer that
// could be compared. The server's answer stands in any case. It is to be asked only when all roles
// and bindings could be read.
func (x *Index) Disagreement(review matrix.Review, answer probe.Answer) string {
	if answer.Err != nil || answer.Status == nil || !answer.Status.Allowed && answer.Status.EvaluationError != "" {
		return ""
	}
	status, allowed := answer.Status, x.Allowed(review)
	switch {
	case status.Denied && allowed:
		return probe.Printable("RBAC alone would allow it (" + x.Grants(review)[0].Text() + "), but the server denies it: " +
			"another authorizer has the say before RBAC")
	case status.Allowed && !status.Denied && !allowed:
		return probe.Printable("RBAC alone would not allow it: " + unknownGrant(status.Reason))
	case !status.Allowed && allowed:
		return probe.Printable("RBAC alone would allow it (" + x.Grants(review)[0].Text() + "): " +
			"RBAC changed between the two, or the server's cache is behind, or it does not authorize by RBAC")
	default:
		return ""
	}
}

// unknownGrant reads the reason of an allowance that the index does not know of.
func unknownGrant(reason string) string {
	switch {
	case reason == "":
		return "the server allowed it without a reason, as it does for a superuser group or by another authorizer"
	case strings.HasPrefix(reason, "RBAC: "):
		return "the server names a grant that was not there when RBAC was read (" + reason + ")"
	default:
		return "another authorizer allowed it (" + reason + ")"
	}
}
