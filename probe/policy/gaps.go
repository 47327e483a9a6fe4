// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

// AcceptGaps returns gaps in which the forbidden ones that somebody accepts carry the reason. Broken ones are
// never accepted: nobody knows what they hide.
func (p *Policy) AcceptGaps(gaps []matrix.Gap) []matrix.Gap {
	accepted := slices.Clone(gaps)
	for i, g := range accepted {
		if g.Kind == matrix.Forbidden {
			accepted[i].Accepted = p.acceptance(g.Resource)
		}
	}
	return accepted
}

// acceptance returns why it is accepted that a resource cannot be listed; "" when nobody accepts it.
func (p *Policy) acceptance(resource string) string {
	if slices.ContainsFunc(p.options.AcceptForbidden, func(pattern string) bool { return matrixfile.Match(pattern, resource) }) {
		return "accepted on the command line"
	}
	for _, d := range p.options.Documents {
		for _, n := range d.NotAsked {
			valid := !expiredOn(n.Until, p.options.Today)
			if valid && slices.ContainsFunc(n.Resources, func(pattern string) bool { return matrixfile.Match(pattern, resource) }) {
				return n.Reason + " (" + n.Owner + ")"
			}
		}
	}
	return ""
}

// expiredOn reports whether the last day, as 2027-01-31, has passed in UTC. Without a last day nothing expires.
func expiredOn(until string, today time.Time) bool {
	last, err := time.Parse(time.DateOnly, until)
	return err == nil && !today.UTC().Before(last.AddDate(0, 0, 1))
}
