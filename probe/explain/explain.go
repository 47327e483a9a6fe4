// SPDX-License-Identifier: Apache-2.0

// Package explain explains accesses and objects: what the API server answers, who grants it by RBAC or
// nearly does, which checks are about it, and what to change.
//
//	probe/snapshot, matrix.Matrix ─┐
//	probe.Reviewer (answers) ──────┴▶ Explainer ──▶ Report ──▶ ui
//
// The answer is the reviewer's; RBAC only explains it. Facts about Flux are handed in by the caller as
// plain data. The package knows neither Flux nor a terminal nor client-go.
package explain

import (
	"context"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/compare"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Options are what an Explainer cannot find in a snapshot. The zero value leaves it out.
type Options struct {
	Chains []Chain // how the objects are reconciled

	// LegacyUsers returns other subjects that a binding can name for an account, each with the reason why
	// that does not help the account.
	LegacyUsers func(matrix.Subject) map[matrix.Subject]string

	// Policy, when set, changes the findings of the checks, as a waiver does.
	Policy func(probe.Finding) probe.Finding

	// Live says that a cluster answers, whose answers can differ from RBAC.
	Live bool

	// Grant asks for the roles that allow an access even where no check needs it.
	Grant bool
}

// Explainer explains by what was read once.
type Explainer struct {
	snapshot *snapshot.Snapshot
	reviewer probe.Reviewer
	matrix   *matrix.Matrix
	options  Options
}

// New explains by s, the answers of reviewer, and the checks of m, which can be nil.
func New(s *snapshot.Snapshot, reviewer probe.Reviewer, m *matrix.Matrix, o Options) *Explainer {
	if m == nil {
		m = &matrix.Matrix{}
	}
	return &Explainer{snapshot: s, reviewer: reviewer, matrix: m, options: o}
}

// Access explains one access.
func (x *Explainer) Access(ctx context.Context, review matrix.Review) (*Report, error) {
	e := x.explain(ctx, review)
	r := newReport(review.Subject.Get().String() + " " + review.Access.String())
	r.Chain, r.Checks = x.chainsOf(review.Subject.Get()), len(e.Checks)
	for _, c := range e.Checks {
		if c.Want == matrix.Allow && e.Decision == Allowed || c.Want == matrix.Deny && e.Decision == Denied {
			r.AsExpected++
		}
	}
	return x.finish(ctx, r, []Explanation{e})
}

func newReport(about string) *Report {
	return &Report{APIVersion: probe.APIVersion, Kind: Kind, About: safetext.Printable(about), Explanations: []Explanation{}}
}

// finish adds to each explanation what to do next, and to the report the roles that allow what is missing.
func (x *Explainer) finish(ctx context.Context, r *Report, explanations []Explanation) (*Report, error) {
	var missing []matrix.Review
	for i := range explanations {
		e := &explanations[i]
		if x.next(e) {
			missing = append(missing, matrix.Review{Subject: matrix.Share(e.Subject), Access: e.Access})
		}
	}
	r.Explanations = append(r.Explanations, explanations...)
	var err error
	if r.Grant, err = remedy.Grant(x.snapshot, missing); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

// explain explains one access, without what to do next.
func (x *Explainer) explain(ctx context.Context, review matrix.Review) Explanation {
	answer := probe.Ask(ctx, x.reviewer, review)
	e := Explanation{
		Subject: review.Subject.Get(), Access: review.Access, Unread: x.snapshot.WhyRBACUnread(),
		Decision: decisionOf(answer), Reason: safetext.Printable(answer.Reason()),
	}
	e.Checks = x.related(ctx, review, e.Decision)
	index := x.snapshot.RBAC()
	if x.options.Live && e.Unread == "" {
		e.Difference = compare.Difference(index, review, answer)
	}
	for _, g := range index.Grants(review) {
		e.Grants = append(e.Grants, safetext.Printable(g.Text()))
	}
	var legacy map[matrix.Subject]string
	if x.options.LegacyUsers != nil {
		legacy = x.options.LegacyUsers(review.Subject.Get())
	}
	for _, n := range index.NearMisses(review, legacy) {
		e.NearMisses = append(e.NearMisses, n.Text)
	}
	return e
}

// next adds to e what to do. It is true where the access is to be granted: it is denied, a check needs it
// or the caller asked for the roles, no check forbids it, and the account exists.
func (x *Explainer) next(e *Explanation) (missing bool) {
	needed, forbidden := e.wants(matrix.Allow), e.wants(matrix.Deny)
	add := func(line string) { e.Next = append(e.Next, safetext.Printable(line)) }
	switch {
	case needed && forbidden:
		add("no role can satisfy both checks: change the object that asks for it, or waive one of them")
	case e.Decision == Undetermined:
		add("run this again: without an answer there is nothing to change")
	case e.Decision == Allowed && forbidden:
		for _, r := range x.snapshot.RBAC().Removals(matrix.Review{Subject: matrix.Share(e.Subject), Access: e.Access}) {
			e.Next = append(e.Next, remedy.Revocation(r)...)
		}
	case e.Decision == Allowed:
	case forbidden && x.options.Grant:
		add("no role is suggested: " + strings.Join(codes(e.Checks), ", ") + " forbids this access")
	case forbidden || !needed && !x.options.Grant:
	case x.snapshot.Absent(e.Subject):
		add("create ServiceAccount " + e.Subject.String() + " first: permissions bound to a missing ServiceAccount go to whoever creates it")
	default:
		return true
	}
	return false
}

// codes returns the codes of checks, each once.
func codes(checks []RelatedCheck) []string {
	var all []string
	seen := map[string]bool{}
	for _, c := range checks {
		if !seen[c.Code] {
			seen[c.Code] = true
			all = append(all, c.Code)
		}
	}
	return all
}
