// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/page"
)

// pageProblem is a problem in the page. It is text, and needs no script to be read.
func pageProblem(r *probe.Report, x probe.Problem) page.Problem {
	p := page.Problem{
		ID: plainWord(x.ID), Mark: pageMark(ProblemMark(x, r.Findings)), Title: safetext.Printable(x.Title),
		Cause: safetext.Printable(causeText(x.Cause)), Fix: safetext.Printable(x.Fix.Summary), Owner: safetext.Printable(ownerText(x.Owner)),
		Proof: proofText(x), Patch: safetext.Block(x.Fix.Patch),
	}
	p.Leads = LeadsTo(nearestGoal(r.Findings, x))
	places := make([]string, len(x.Checks))
	for i, place := range x.Checks {
		places[i] = decimal(place)
	}
	p.Checks = strings.Join(places, " ")
	if x.Severity != matrix.Error {
		p.Severity = plainWord(string(x.Severity))
	}
	for _, effect := range x.Effect {
		p.Effect = append(p.Effect, safetext.Printable(effect))
	}
	if r.Source == "" {
		for _, command := range x.Fix.Commands {
			p.Commands = append(p.Commands, safetext.Printable(command))
		}
	}
	return p
}
