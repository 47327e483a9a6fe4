// SPDX-License-Identifier: Apache-2.0

// Package compare compares the API server's answers with what RBAC alone would answer. Where they
// differ, something decides that roles and bindings do not show: another authorizer, a cache, or a
// change between the two.
//
//	probe/snapshot (roles, bindings) ─┐
//	answers of a run ─────────────────┴▶ WithRBAC ──▶ probe.Finding, FP002
//
// The answers stay what they are, and nothing is asked. The package knows neither Flux nor a terminal
// nor client-go.
package compare

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// The section and code of the findings.
const (
	Section = "authorizer"
	Code    = "FP002"
)

// mostAccesses is how many accesses a finding names.
const mostAccesses = 4

// Difference describes in one line how an answer differs from what RBAC alone allows, with the likely
// causes. It is empty when they agree, and when the answer is undetermined.
func Difference(index *rbac.Index, review matrix.Review, answer probe.Answer) string {
	if answer.Undetermined() {
		return ""
	}
	return index.Difference(review, *answer.Status)
}

// difference is what the accesses of one account have in common that the server and RBAC differ on.
type difference struct {
	subject matrix.Subject
	allowed bool // by the server
	why     string
}

// WithRBAC compares the answers to the reviews of m with RBAC, and returns a finding for each account and
// cause, numbered behind the checks of m. answers returns false for reviews without an answer. Where
// RBAC could not be read in full there is nothing to compare with, which is a gap.
func WithRBAC(s *snapshot.Snapshot, m *matrix.Matrix, answers func(matrix.Review) (probe.Answer, bool)) ([]probe.Finding, []matrix.Gap) {
	if why := s.WhyRBACUnread(); why != "" {
		gap := s.UnreadRBACGap("the comparison with RBAC", why)
		gap.Section = Section
		return nil, []matrix.Gap{gap}
	}
	var order []difference
	accesses := map[difference][]string{}
	for review := range m.Reviews() {
		answer, ok := answers(review)
		if !ok {
			continue
		}
		why := Difference(s.RBAC(), review, answer)
		if why == "" {
			continue
		}
		d := difference{review.Subject.Get(), answer.Allowed(), why}
		if accesses[d] == nil {
			order = append(order, d)
		}
		accesses[d] = append(accesses[d], review.Access.String())
	}
	findings := make([]probe.Finding, len(order))
	for i, d := range order {
		findings[i] = d.finding(accesses[d])
		findings[i].Index = len(m.Checks) + i
	}
	return findings, nil
}

// finding is information where the server allows more than RBAC, and a warning where it refuses what
// RBAC grants.
func (d difference) finding(accesses []string) probe.Finding {
	check := &matrix.Observed{CheckMeta: matrix.CheckMeta{
		Section: Section, Code: Code, Subject: matrix.Share(d.subject), Severity: matrix.Warning,
		Because: "the server's answer stands; RBAC was read to compare",
		Hint:    "probe again; when it stays, look at the authorizers of the API server",
	}, Verdict: matrix.Missing}
	verb := "refuses"
	if d.allowed {
		check.Severity, check.Verdict, verb = matrix.Info, matrix.Excess, "allows"
	}
	more := ""
	if n := len(accesses) - mostAccesses; n > 0 {
		accesses, more = accesses[:mostAccesses], fmt.Sprintf(" and %d more", n)
	}
	check.Evidence = fmt.Sprintf("the server %s %s%s; %s", verb, strings.Join(accesses, ", "), more, d.why)
	return probe.Judge(check, nil)
}
