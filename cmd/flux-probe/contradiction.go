// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// contradictions are the rights that one check of a matrix wants and another forbids, since what objects
// ask for is not always what they should have: a release that is kept in another tenant's namespace, a
// Kustomization that falls to the account which lockdown wants to be powerless. No role settles both.
type contradictions struct {
	wanted, forbidden map[matrix.Review]string // what the check says
	powerless         map[matrix.Subject]string
}

// powerlessCode is that of the checks by which an account must have nothing at all, when they are errors.
const powerlessCode = "FP505"

func contradictionsIn(m *matrix.Matrix) *contradictions {
	c := &contradictions{map[matrix.Review]string{}, map[matrix.Review]string{}, map[matrix.Subject]string{}}
	for _, e := range m.Expectations {
		says := e.Code + " (" + probe.Printable(e.Because) + ")"
		if e.Settled != "" || e.Severity != matrix.Error {
			continue
		}
		if e.Want == matrix.Deny && e.Code == powerlessCode {
			c.powerless[e.Subject] = says
		}
		for _, review := range reviewsOf(e) {
			if e.Want == matrix.Deny {
				c.forbidden[review] = says
			} else {
				c.wanted[review] = says
			}
		}
	}
	return c
}

// with is the check that contradicts e, "" when none does.
func (c *contradictions) with(e matrix.Expectation) string {
	other := c.wanted
	if e.Want == matrix.Allow {
		if says := c.powerless[e.Subject]; says != "" {
			return says
		}
		other = c.forbidden
	}
	for _, review := range reviewsOf(e) {
		if says := other[review]; says != "" {
			return says
		}
	}
	return ""
}

// reviewsOf are the accesses that e would have granted or ended.
func reviewsOf(e matrix.Expectation) []matrix.Review {
	if e.Want == matrix.Allow {
		return way(e)
	}
	var all []matrix.Review
	for _, way := range e.Ways {
		all = append(all, way...)
	}
	return all
}
