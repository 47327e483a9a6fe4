// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/policy"
)

// check is a check of account in namespace apps that must be denied verb on resource.
func check(code, section, account, verb, resource string) matrix.Check {
	subject := matrix.ServiceAccount("apps", account)
	return &matrix.Asked{
		CheckMeta: matrix.CheckMeta{
			Section: section, Code: code, Subject: matrix.Share(subject), Severity: matrix.Error, Origin: matrix.Share(matrix.Origin{Kind: "Kustomization", Name: "apps"}),
		},
		Want: matrix.Deny, AnyOf: matrix.One(subject, matrix.Access{Verb: verb, Resource: resource}),
	}
}

// sample has four checks, the last of them from a matrix file.
func sample() *matrix.Matrix {
	return &matrix.Matrix{Checks: []matrix.Check{
		check("FP501", "isolation", "dev", "get", "secrets"),
		check("FP501", "isolation", "dev", "list", "secrets"),
		check("FP505", "isolation", "ops", "get", "secrets"),
		check("FP901", "custom", "dev", "get", "pods"),
	}}
}

// differences are findings of FP002: a warning about dev, and information about ops.
func differences(evidence ...string) []probe.Finding {
	var findings []probe.Finding
	for i, text := range evidence {
		c := &matrix.Observed{
			CheckMeta: matrix.CheckMeta{
				Section: "authorizer", Code: "FP002", Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")), Severity: matrix.Warning,
			},
			Verdict: matrix.Missing, Evidence: text,
		}
		if strings.Contains(text, "allows") {
			c.Severity, c.Verdict = matrix.Info, matrix.Excess
		}
		f := probe.Judge(c, nil)
		f.Index = 4 + i
		findings = append(findings, f)
	}
	return findings
}

// options has the overrides and waivers of text, on 1 January 2027.
func options(t *testing.T, text string) policy.Options {
	t.Helper()
	text = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n" + text
	documents, err := matrixfile.Parse("rules.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return policy.Options{Documents: documents, Today: time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)}
}

// fail judges every check of m as one that failed.
func fail(m *matrix.Matrix) []probe.Finding {
	var findings []probe.Finding
	for i, c := range m.Checks {
		findings = append(findings, answer(c, i, true))
	}
	return findings
}

func answer(c matrix.Check, index int, allowed bool) probe.Finding {
	f := probe.Judge(c, func(matrix.Review) probe.Answer {
		return probe.Answer{Status: &authorizationv1.SubjectAccessReviewStatus{Allowed: allowed}}
	})
	f.Index = index
	return f
}

// run applies p to m, every check of which fails, and to what was found after it.
func run(p *policy.Policy, m *matrix.Matrix, after []probe.Finding) ([]probe.Finding, []matrix.Gap) {
	p.Restrict(m)
	var findings []probe.Finding
	for _, f := range fail(m) {
		findings = append(findings, p.Apply(f))
	}
	after, gaps := p.ApplyAll(after)
	return append(append(findings, after...), p.Rest()...), append(m.NotAsked, gaps...)
}

// outline is one word for each finding: its code, with w if it is waived and b if it is in the baseline, and its severity unless that
// is error.
func outline(findings []probe.Finding) string {
	var words []string
	for _, f := range findings {
		word := f.Code
		switch f.Verdict {
		case matrix.Waived:
			word += "w"
		case matrix.InBaseline:
			word += "b"
		}
		if f.Severity != matrix.Error {
			word += ":" + string(f.Severity)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}
