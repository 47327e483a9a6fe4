// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/ui"
)

// explainer explains accesses by what was read. The verdict is the reviewer's; RBAC only tells why.
type explainer struct {
	*reading
	matrix   *matrix.Matrix
	reviewer probe.Reviewer
	clustery bool // there is a cluster whose answer RBAC can disagree with
}

// access explains one access.
func (x explainer) access(ctx context.Context, review matrix.Review) ui.Explanation {
	status, err := x.reviewer.Review(ctx, probe.Spec(review))
	e := ui.Explanation{
		Subject: review.Subject, Access: review.Attributes, Unread: x.unread(), Checks: x.depending(review),
	}
	e.Verdict, e.Reason = verdict(status, err)
	index := x.index()
	if x.clustery && e.Unread == "" {
		e.Second = index.Disagreement(review, probe.Answer{Status: &status, Err: err})
	}
	for _, g := range index.Grants(review) {
		e.Grants = append(e.Grants, probe.Printable(g.Text()))
	}
	for _, n := range index.NearMisses(review, flux.Former(review.Subject)) {
		e.NearMisses = append(e.NearMisses, n.Text)
	}
	return e
}

func verdict(status authorizationv1.SubjectAccessReviewStatus, err error) (ui.Answered, string) {
	switch {
	case err != nil:
		return ui.NotAnswered, probe.Printable(err.Error())
	case status.Allowed && !status.Denied:
		return ui.Allowed, probe.Printable(status.Reason)
	case status.EvaluationError != "":
		return ui.NotAnswered, probe.Printable(status.Reason + " " + status.EvaluationError)
	default:
		return ui.NotAllowed, probe.Printable(status.Reason)
	}
}

// depending are the checks that ask the access, in any of their ways.
func (x explainer) depending(review matrix.Review) []ui.Depending {
	var checks []ui.Depending
	for _, e := range x.matrix.Expectations {
		if e.Settled != "" || !asks(e, review) {
			continue
		}
		d := ui.Depending{Code: e.Code, Want: e.Want, Severity: e.Severity, Because: probe.Printable(e.Because), Origin: e.Origin}
		if !slices.Contains(checks, d) {
			checks = append(checks, d)
		}
	}
	return checks
}

func asks(e matrix.Expectation, review matrix.Review) bool {
	return slices.ContainsFunc(e.Ways, func(way []matrix.Review) bool { return slices.Contains(way, review) })
}

// next says of one access what to do: take away what a check forbids, or ask again where there is no
// answer. It is true where the access is to be granted: one needs it, or nobody forbids it, and there is
// an account to grant it to.
func (x explainer) next(e *ui.Explanation, review matrix.Review) (missing bool) {
	wants := func(effect matrix.Effect) bool {
		return slices.ContainsFunc(e.Checks, func(d ui.Depending) bool { return d.Want == effect })
	}
	missing = e.Verdict == ui.NotAllowed && !wants(matrix.Deny)
	switch {
	case wants(matrix.Allow) && wants(matrix.Deny):
		e.Next = append(e.Next, "no role settles both checks: change what asks for it, or waive one of them")
		return false
	case missing && x.absent(review.Subject):
		e.Next = append(e.Next, "create ServiceAccount "+review.Subject.String()+" first: what is granted to an account that does not exist is anybody's who creates it")
		return false
	case e.Verdict == ui.NotAnswered:
		e.Next = append(e.Next, "ask again: without an answer there is nothing to change")
	case e.Verdict == ui.Allowed && wants(matrix.Deny):
		for _, r := range x.index().Removals(review) {
			e.Next = append(e.Next, removal(r)...)
		}
	}
	return missing
}

// grant is the YAML of the smallest roles that allow what is missing, "" when nothing is.
func grant(missing []matrix.Review) (string, error) {
	var all strings.Builder
	for _, need := range rbac.Smallest(missing) {
		text, err := need.YAML()
		if err != nil {
			return "", err
		}
		all.Write(text)
	}
	return all.String(), nil
}

// removal are the ways to end a grant, a line each.
func removal(r rbac.Removal) []string {
	lines := []string{r.ByBinding()}
	if narrow := r.ByRule(); narrow != "" {
		lines = append(lines, "or "+narrow)
	}
	return lines
}
