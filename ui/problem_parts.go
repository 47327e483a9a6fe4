// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// ProblemPart is a part of a problem and the word before it.
type ProblemPart struct{ Word, Text string }

// ProblemParts are what is known of a problem besides its title, its fix and its checks: the effects, where the
// access that it gives leads, the owner and the proof, in the order in which a person on call needs them.
func ProblemParts(x probe.Problem, findings []probe.Finding) []ProblemPart {
	var parts []ProblemPart
	word := "effect"
	for _, effect := range x.Effect {
		parts = append(parts, ProblemPart{word, effect})
		word = ""
	}
	nearest := nearestGoal(findings, x)
	parts = append(parts, ProblemPart{"leads", LeadsTo(nearest)}, ProblemPart{"owner", ownerText(x.Owner)}, ProblemPart{"proof", proofText(x)})
	return slices.DeleteFunc(parts, func(p ProblemPart) bool { return p.Text == "" })
}

// ProblemSteps are the steps of the nearest way that a problem opens, a line each.
func ProblemSteps(x probe.Problem, findings []probe.Finding) []string {
	return Steps(nearestGoal(findings, x))
}

// CauseText names the object and field at fault, and what it has to be.
func CauseText(c probe.Cause) string { return causeText(c) }

// Changed are the lines of a patch that change something.
func Changed(patch string) []string {
	return slices.DeleteFunc(patchLines(patch, true), func(line string) bool { return !changes(line) })
}

// nearestGoal is the finding of a problem whose access leads somewhere in the fewest steps; it is empty when none
// leads anywhere.
func nearestGoal(findings []probe.Finding, x probe.Problem) probe.Finding {
	var nearest probe.Finding
	for _, i := range x.Checks {
		if i < 0 || i >= len(findings) {
			continue // in a report that somebody changed
		}
		f := findings[i]
		if f.LeadsTo != nil && (nearest.LeadsTo == nil || f.LeadsTo.Hops < nearest.LeadsTo.Hops) {
			nearest = f
		}
	}
	return nearest
}

// ProblemMark is the mark of the worst of a problem's checks among findings.
func ProblemMark(x probe.Problem, findings []probe.Finding) Mark {
	worst := MarkNone
	for _, i := range x.Checks {
		if i >= 0 && i < len(findings) {
			worst = max(worst, MarkOf(&findings[i]))
		}
	}
	if worst == MarkNone { // a report that was made by something else
		worst = markOf(matrix.Missing, x.Severity, matrix.Allow)
	}
	return worst
}
