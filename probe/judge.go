// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strconv"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Answer is what came of a review: the server's status, or the error that came instead of one. The
// zero Answer is a review that was not asked.
type Answer struct {
	Status *authorizationv1.SubjectAccessReviewStatus
	Err    error
}

type outcome int

const (
	undetermined outcome = iota // zero: an answer that is not there is never a verdict
	refused
	allowed
)

// outcome reads an answer as the API server would act on it: an error, or a refusal with an
// evaluation error (a real request gets 500, not 403), tells nothing.
func (a Answer) outcome() outcome {
	switch {
	case a.Err != nil || a.Status == nil:
		return undetermined
	case a.Status.Allowed && !a.Status.Denied:
		return allowed
	case a.Status.EvaluationError != "":
		return undetermined
	default:
		return refused
	}
}

func (a Answer) reason() string {
	switch {
	case a.Err != nil:
		return a.Err.Error()
	case a.Status == nil:
		return "not asked before the run ended"
	case a.Status.Allowed || a.Status.EvaluationError == "":
		return a.Status.Reason
	case a.Status.Reason == "":
		return a.Status.EvaluationError
	default:
		return a.Status.Reason + "; " + a.Status.EvaluationError
	}
}

// Judge is the whole policy. The right is allowed when some way holds, undetermined when none holds
// and some review of theirs is undetermined, else not allowed; wanted and got make the verdict.
func Judge(e matrix.Expectation, answers func(matrix.Review) Answer) Finding {
	f := Finding{
		Section: e.Section, Code: e.Code, Severity: e.Severity, Subject: e.Subject, Want: e.Want,
		Because: e.Because, Origin: e.Origin, Hint: e.Hint, Observed: e.Observed,
	}
	if access, ok := e.Access(); ok {
		f.Access = &access.Attributes
	}
	if e.Settled != "" {
		f.Verdict = e.Settled
		return clean(waive(f, e.Waiver))
	}
	got, way, reason := judgeWays(e.Ways, answers)
	f.Reason = reason
	if got == allowed && len(e.Ways) > 1 {
		f.Via = describe(way)
	}
	switch {
	case got == undetermined:
		f.Verdict = matrix.Undetermined
	case e.Want == matrix.Allow && got == allowed, e.Want == matrix.Deny && got == refused:
		f.Verdict = matrix.Pass
	case e.Want == matrix.Allow && e.Refused != "":
		f.Verdict = e.Refused
	case e.Want == matrix.Allow:
		f.Verdict = matrix.Missing
	case e.Want == matrix.Deny:
		f.Verdict = matrix.Excess
	default: // an expectation that wants nothing is a mistake of its source, never a pass
		f.Verdict, f.Reason = matrix.Undetermined, "the check wants neither allow nor deny"
	}
	return clean(waive(f, e.Waiver))
}

// waive makes a failure that somebody accepted a waived one.
func waive(f Finding, w matrix.Waiver) Finding {
	if w.Accepts(f.Verdict) {
		w.Was = f.Verdict
		f.Verdict, f.Waiver = matrix.Waived, w
	}
	return f
}

// judgeWays gives the outcome of all ways together, the way that held, and the reason to show: of
// the last review of the way that held, else of the first undetermined one, else of the first
// refusal.
func judgeWays(ways [][]matrix.Review, answers func(matrix.Review) Answer) (outcome, []matrix.Review, string) {
	result, reason, seen := refused, "", false
	if len(ways) == 0 {
		return undetermined, nil, "nothing to ask"
	}
	for _, way := range ways {
		got, why := judgeWay(way, answers)
		switch {
		case got == allowed:
			return allowed, way, why
		case got == undetermined && result != undetermined:
			result, reason, seen = undetermined, why, true
		case !seen:
			reason, seen = why, true
		}
	}
	return result, nil, reason
}

// judgeWay holds when all reviews of the way are allowed, and ends at the first that is not: the
// reviews after it need no answer.
func judgeWay(way []matrix.Review, answers func(matrix.Review) Answer) (outcome, string) {
	if len(way) == 0 {
		return undetermined, "nothing to ask"
	}
	reason := ""
	for _, review := range way {
		answer := answers(review)
		if got := answer.outcome(); got != allowed {
			return got, answer.reason()
		}
		reason = answer.reason()
	}
	return allowed, reason
}

// mostDescribed is how many reviews of a way are named: to hold all rules of a role takes hundreds.
const mostDescribed = 6

// describe names a way by its accesses: "impersonate serviceaccounts/apps/dev-team".
func describe(way []matrix.Review) string {
	var parts []string
	for i, r := range way {
		if left := len(way) - i; i == mostDescribed && left > 1 {
			parts = append(parts, strconv.Itoa(left)+" more")
			break
		}
		a := r.Attributes
		part := a.Verb + " " + a.GroupResource()
		if a.Name != "" {
			part += " " + a.Name
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " and ")
}
