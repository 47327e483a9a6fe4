// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// opposite names a check that wants the opposite of what a finding's check wants, "" when there is none. What objects
// ask for is not always what they should have: a release that is kept in another tenant's namespace, or a
// Kustomization that is reconciled as the account that lockdown wants without permissions.
func (w *finder) opposite(seed int) string {
	check := w.asked[seed]
	for _, i := range w.bySubject[w.findings[seed].Subject] {
		other := w.asked[i]
		if other.Want == check.Want || other.Severity != matrix.Error {
			continue
		}
		nothing := other.Want == matrix.Deny && other.AllAccess || check.Want == matrix.Deny && check.AllAccess
		if nothing || slices.ContainsFunc(concerned(check), func(r matrix.Review) bool { return slices.Contains(concerned(other), r) }) {
			return other.Code + " (" + w.findings[i].Because + ")"
		}
	}
	return ""
}

// concerned returns the reviews that would be granted for a check, or taken away.
func concerned(check *matrix.Asked) []matrix.Review {
	if check.Want == matrix.Allow {
		return remedy.LeastPrivileged(check)
	}
	return slices.Concat(check.AnyOf...)
}
