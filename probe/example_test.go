// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"context"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

var (
	dev   = matrix.ServiceAccount("apps", "dev-team")
	check = &matrix.Asked{
		CheckMeta: matrix.CheckMeta{Section: "isolation", Code: "FP501", Subject: matrix.Share(dev), Severity: matrix.Error},
		Want:      matrix.Deny,
		AnyOf:     matrix.One(dev, matrix.Access{Verb: "get", Resource: "secrets", Namespace: "flux-system"}),
	}
)

// Judge a check by answers that are known, and by none: an answer that did not come is never a pass.
func ExampleJudge() {
	allowed := func(matrix.Review) probe.Answer {
		return probe.Answer{Status: &authorizationv1.SubjectAccessReviewStatus{Allowed: true}}
	}
	fmt.Println(probe.Judge(check, allowed).Verdict)
	fmt.Println(probe.Judge(check, nil).Verdict)
	// Output:
	// excess
	// undetermined
}

// Ask a Reviewer, and make a report of the findings.
func ExampleProber_Run() {
	denied := probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{Reason: "no binding grants it"}, nil
	})
	prober := &probe.Prober{Reviewer: denied}
	var findings []probe.Finding
	for f := range prober.Run(context.Background(), &matrix.Matrix{Checks: []matrix.Check{check}}) {
		findings = append(findings, f)
	}
	report := &probe.Report{}
	report.Complete(findings)
	fmt.Println(report.Summary.Pass, "of", report.Summary.Checks, "as expected:", report.Summary.Result)
	// Output: 1 of 1 as expected: pass
}
