// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Judge turns a check and the answers to its reviews into a finding: it is the whole policy on
// answers. A right is allowed when one of its alternatives holds, undetermined when none holds and a
// review of one is undetermined, and else not allowed; that and what the check wants give the verdict.
// Without answers every asked check is undetermined.
func Judge(c matrix.Check, answers func(matrix.Review) Answer) Finding {
	if answers == nil {
		answers = func(matrix.Review) Answer { return Answer{} }
	}
	m := c.Meta()
	f := Finding{
		Section: m.Section, Code: m.Code, Severity: m.Severity, Subject: m.Subject.Get(),
		Because: m.Because, Origin: m.Origin, Access: accessOf(c), Check: c,
	}
	switch c := c.(type) {
	case *matrix.Observed:
		f.Verdict, f.Observed = c.Verdict, c.Evidence
	case *matrix.Asked:
		f.judge(c, answers)
	default:
		f.Verdict, f.Reason = matrix.Undetermined, fmt.Sprintf("checks of type %T cannot be judged", c)
	}
	if f.Verdict != matrix.Pass {
		f.Hint = matrix.Hint(c)
	}
	return clean(f)
}

// accessOf is where the access of a check is kept, so that its finding needs no copy; nil when it is about
// none.
func accessOf(c matrix.Check) *matrix.Access {
	switch c := c.(type) {
	case *matrix.Asked:
		if len(c.AnyOf) > 0 && len(c.AnyOf[0]) > 0 {
			return &c.AnyOf[0][0].Access
		}
	case *matrix.Observed:
		return c.Place
	}
	return nil
}

// judge sets the verdict by the answers.
func (f *Finding) judge(c *matrix.Asked, answers func(matrix.Review) Answer) {
	f.Want = c.Want
	got, held, reason := judgeAlternatives(c.AnyOf, answers)
	f.Reason = reason
	if got == allowed && len(c.AnyOf) > 1 {
		f.Via = shared(describe(held))
	}
	switch {
	case got == undetermined:
		f.Verdict = matrix.Undetermined
	case c.Want == matrix.Allow && got == allowed, c.Want == matrix.Deny && got == refused:
		f.Verdict = matrix.Pass
	case c.Want == matrix.Allow && c.IfDenied != "":
		f.Verdict = c.IfDenied
	case c.Want == matrix.Allow:
		f.Verdict = matrix.Missing
	case c.Want == matrix.Deny:
		f.Verdict = matrix.Excess
	default: // a check that wants nothing is a mistake of whoever derived it, never a pass
		f.Verdict, f.Reason = matrix.Undetermined, "the check wants neither allow nor deny"
	}
}

// judgeAlternatives returns the outcome of all alternatives together, the alternative that holds, and
// the reason to show: of the last review of the alternative that holds, else of the first undetermined
// one, else of the first refusal.
func judgeAlternatives(anyOf [][]matrix.Review, answers func(matrix.Review) Answer) (outcome, []matrix.Review, string) {
	result, reason, seen := refused, "", false
	if len(anyOf) == 0 {
		return undetermined, nil, "nothing to ask"
	}
	for _, alternative := range anyOf {
		got, why := judgeAlternative(alternative, answers)
		switch {
		case got == allowed:
			return allowed, alternative, why
		case got == undetermined && result != undetermined:
			result, reason, seen = undetermined, why, true
		case !seen:
			reason, seen = why, true
		}
	}
	return result, nil, reason
}

// judgeAlternative holds when all reviews are allowed, and ends at the first that is not: the reviews
// after it need no answer.
func judgeAlternative(reviews []matrix.Review, answers func(matrix.Review) Answer) (outcome, string) {
	if len(reviews) == 0 {
		return undetermined, "nothing to ask"
	}
	reason := ""
	for _, review := range reviews {
		answer := answers(review)
		if got := answer.outcome(); got != allowed {
			return got, answer.Reason()
		}
		reason = answer.Reason()
	}
	return allowed, reason
}

// mostDescribed is how many reviews of an alternative are named: to hold all rules of a role takes hundreds.
const mostDescribed = 6

// describe names an alternative by its accesses: "impersonate serviceaccounts/apps/dev-team".
func describe(reviews []matrix.Review) string {
	var parts []string
	for i, r := range reviews {
		if left := len(reviews) - i; i == mostDescribed && left > 1 {
			parts = append(parts, strconv.Itoa(left)+" more")
			break
		}
		a := r.Access
		part := a.Verb + " " + a.GroupResource()
		if a.Name != "" {
			part += " " + a.Name
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " and ")
}
