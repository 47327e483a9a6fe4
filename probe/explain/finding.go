// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// Finding explains the access of a finding in lines for a terminal: what grants it or nearly does, and how to
// revoke it where it must not be. A finding about no access has no lines.
func (x *Explainer) Finding(ctx context.Context, f probe.Finding) ([]string, error) {
	if f.Access == nil {
		return nil, nil
	}
	review := matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access}
	e := x.explain(ctx, review)
	var lines []string
	add := func(label string, texts ...string) {
		for _, text := range texts {
			if text != "" {
				lines = append(lines, label+text)
			}
		}
	}
	add("but: ", e.Difference)
	add("granted: ", e.Grants...)
	add("near miss: ", e.NearMisses...)
	add("RBAC is not known in full: ", e.Unread)
	if f.Want == matrix.Deny && e.Decision == Allowed {
		for _, r := range x.snapshot.RBAC().Removals(review) {
			add("to revoke: ", remedy.Revocation(r)...)
		}
	}
	if len(lines) == 0 {
		lines = []string{"no binding grants it, and there is no near miss"}
	}
	return lines, ctx.Err()
}
