// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// mostShown is how many effects and commands of a problem the short table shows.
const mostShown = 3

// problems lists the problems, the worst last. Each has a title, its effect, its cause, its fix and the proof.
func (p textPrinter) problems(b *bufio.Writer, r *probe.Report, all bool) {
	shown := shownProblems(r)
	for i, x := range slices.Backward(shown) {
		p.problem(b, r, x, fmt.Sprintf("%d/%d", i+1, len(shown)), all)
		b.WriteByte('\n')
	}
}

// shownProblems are the problems that somebody should look at. Those for information are in wide and in the
// documents.
func shownProblems(r *probe.Report) []probe.Problem {
	return slices.DeleteFunc(slices.Clone(r.Problems), func(x probe.Problem) bool { return x.Severity == matrix.Info })
}

// acceptedText says of how many checks of a problem the rest is, which fails the run.
func acceptedText(x probe.Problem) string {
	return fmt.Sprintf("of its %s, %s waived or in the baseline", counted(len(x.Checks)+x.Accepted, "check"), count(x.Accepted))
}

// problemsByFinding returns the problem of each finding that belongs to one, by the place of the finding.
func problemsByFinding(r *probe.Report) map[int]*probe.Problem {
	of := make(map[int]*probe.Problem, len(r.Problems))
	for _, problems := range [][]probe.Problem{r.Accepted, r.Problems} {
		for i := range problems {
			for _, place := range problems[i].Checks {
				of[place] = &problems[i]
			}
		}
	}
	return of
}

// causeText names the object and field at fault, and what it has to be.
func causeText(c probe.Cause) string {
	text := strings.TrimSpace(c.Origin().String() + " " + c.Field)
	switch {
	case c.Kind == "":
		return "nothing that was read explains it"
	case c.Was != "" && c.Want != "":
		text += ": " + c.Was + " instead of " + c.Want
	case c.Want != "" && c.Field != "":
		text += ": lacks " + c.Want
	case c.Want != "":
		text += ": does not exist or is not enough: " + c.Want
	case c.Was != "":
		text += ": " + c.Was
	}
	return text
}

// ownerText names what applies the object at fault, and where it is.
func ownerText(o probe.Owner) string {
	text := ""
	if o.Name != "" {
		text = matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}.String() + " applies it: make the change in its source"
	}
	if o.File != "" {
		text = strings.TrimLeft(text+", "+o.File+":"+decimal(o.Line), ", ")
	}
	return text
}

// proofText says what the fix does to the checks.
func proofText(x probe.Problem) string {
	switch {
	case x.Proof.Passes == 0:
		return ""
	case x.Proof.Breaks > 0:
		return fmt.Sprintf("the fix makes %s of %s pass, and %s fail", count(x.Proof.Passes), counted(len(x.Checks), "failed check"), counted(x.Proof.Breaks, "other check"))
	default:
		return fmt.Sprintf("the fix makes %s of %s pass, and no other check fail", count(x.Proof.Passes), counted(len(x.Checks), "failed check"))
	}
}
