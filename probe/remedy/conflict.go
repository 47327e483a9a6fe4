// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// conflicts are the accesses that one check of a matrix wants and another forbids. What objects ask for
// is not always what they should have: a release that is kept in another tenant's namespace, or a
// Kustomization that is reconciled as the account which lockdown wants without permissions. No role
// satisfies both checks.
type conflicts struct {
	wanted, forbidden map[matrix.Review]string  // the check in words
	denied            map[matrix.Subject]string // the check by which a subject must have no access at all
}

func conflictsIn(m *matrix.Matrix) *conflicts {
	c := &conflicts{map[matrix.Review]string{}, map[matrix.Review]string{}, map[matrix.Subject]string{}}
	if m == nil {
		return c
	}
	for _, check := range m.Checks {
		asked, ok := check.(*matrix.Asked)
		if !ok || asked.Severity != matrix.Error {
			continue
		}
		text := asked.Code + " (" + safetext.Printable(asked.Because) + ")"
		if asked.Want == matrix.Deny && asked.AllAccess {
			c.denied[asked.Subject.Get()] = text
		}
		for _, review := range concerned(asked) {
			if asked.Want == matrix.Deny {
				c.forbidden[review] = text
			} else {
				c.wanted[review] = text
			}
		}
	}
	return c
}

// with returns the check that conflicts with check, "" when none does.
func (c *conflicts) with(check *matrix.Asked) string {
	opposite := c.wanted
	if check.Want == matrix.Allow {
		if text := c.denied[check.Subject.Get()]; text != "" {
			return text
		}
		opposite = c.forbidden
	}
	for _, review := range concerned(check) {
		if text := opposite[review]; text != "" {
			return text
		}
	}
	return ""
}

// concerned returns the accesses that would be granted for a check, or revoked.
func concerned(check *matrix.Asked) []matrix.Review {
	if check.Want == matrix.Allow {
		return LeastPrivileged(check)
	}
	return reviewsOf(check)
}

// reviewsOf returns the reviews of all alternatives.
func reviewsOf(check *matrix.Asked) []matrix.Review {
	var all []matrix.Review
	for _, alternative := range check.AnyOf {
		all = append(all, alternative...)
	}
	return all
}
