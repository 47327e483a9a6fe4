// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// pageProblem is a problem in the page. It is text, and needs no script to be read.
type pageProblem struct {
	ID, Mark, Severity, Title, Cause, Fix, Owner, Proof, Patch string
	Verdict                                                    matrix.Verdict
	Effect, Commands                                           []string
	Leads, Checks                                              string // where the access leads; places of the checks, for the filter
}

func pageProblemOf(r *probe.Report, x probe.Problem) pageProblem {
	mark := ProblemMark(x, r.Findings)
	p := pageProblem{
		ID: plainWord(x.ID), Mark: mark.Glyph(false), Verdict: marks[mark].verdict, Title: safetext.Printable(x.Title),
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
