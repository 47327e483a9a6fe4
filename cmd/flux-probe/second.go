// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// authorizer is the section of FP002, which compares answers with RBAC.
const authorizer = "authorizer"

// mostAccesses is how many accesses a disagreement names.
const mostAccesses = 4

// disagreement is what accesses of one account have in common that the server and RBAC differ on.
type disagreement struct {
	subject matrix.Subject
	allowed bool
	why     string
}

// secondOpinion holds the answers to a matrix against RBAC alone. Each difference is a finding of its
// own, FP002, and the answers stay what they are. Nothing is asked.
func (r *reading) secondOpinion(m *matrix.Matrix, answers *probe.Memory) ([]probe.Finding, []matrix.Gap) {
	if why := r.unread(); why != "" {
		return nil, []matrix.Gap{{Section: authorizer, What: "a second opinion by RBAC", Why: why}}
	}
	var order []disagreement
	accesses := map[disagreement][]string{}
	for _, review := range m.Reviews() {
		answer, ok := answers.Answer(review)
		if !ok {
			continue
		}
		why := r.index().Disagreement(review, answer)
		if why == "" {
			continue
		}
		d := disagreement{review.Subject, answer.Status.Allowed && !answer.Status.Denied, why}
		if accesses[d] == nil {
			order = append(order, d)
		}
		accesses[d] = append(accesses[d], describe(review.Attributes))
	}
	findings := make([]probe.Finding, len(order))
	for i, d := range order {
		findings[i] = d.finding(accesses[d])
		findings[i].Index = len(m.Expectations) + i
	}
	return findings, nil
}

func (d disagreement) finding(accesses []string) probe.Finding {
	e := matrix.Expectation{
		Section: authorizer, Code: "FP002", Subject: d.subject, Severity: matrix.Warning, Settled: matrix.Missing,
		Because: "the server's answer stands; RBAC was read to compare",
		Hint:    "probe again; when it stays, look at the authorizers of the API server",
	}
	said := "refuses"
	if d.allowed {
		e.Severity, e.Settled, said = matrix.Info, matrix.Excess, "allows"
	}
	more := ""
	if n := len(accesses) - mostAccesses; n > 0 {
		accesses, more = accesses[:mostAccesses], fmt.Sprintf(" and %d more", n)
	}
	e.Observed = fmt.Sprintf("the server %s %s%s; %s", said, strings.Join(accesses, ", "), more, d.why)
	return probe.Judge(e, nil)
}

// describe is an access in words: get secrets in apps.
func describe(a matrix.Attributes) string {
	text := a.Verb + " " + a.GroupResource()
	if a.Name != "" {
		text += " " + a.Name
	}
	if a.Namespace != "" {
		text += " in " + a.Namespace
	}
	return text
}
