// SPDX-License-Identifier: Apache-2.0

// Package ui_test reads what package ui prints as its consumers do: with a strict parser of each
// format, and the page in a browser.
package ui_test

import (
	"bytes"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// hostile are texts that a cluster can put into a report: names that an aggregated API allows, and
// reasons of authorizing webhooks.
var hostile = []string{
	"plain-name",
	"<script>alert(1)</script>",
	"</script><img src=x onerror=alert(1)>",
	"<!-- --!> <![CDATA[ ]]> ]]>",
	"</code></details></td></table><h1>owned",
	`" onmouseover="alert(1)" x='`,
	"&lt;b&gt; &#x3c;b&#x3e; &amp",
	"{{.}} ${x} #{x} %{x} {% x %}",
	"| a | b |\n|---|---|",
	"`code` ``` ~~~ `` \\` ends in `",
	"[click](javascript:alert(1)) ![x](https://example.com/x.png) <https://example.com>",
	"https://example.com www.example.com @someone #1 owner/repo#2 deadbeefdeadbeef",
	"# heading\n\n- item\n1. item\n> quote\n***\n---",
	"=1+cmd|' /C calc'!A0",
	"+1", "-1", "@SUM(1)", "\t=1", "＝1+1", "'=1",
	"a,b;c\"d\"\"e",
	"::error title=x::owned", "%0A::set-output name=x::y", "a\r\n::stop-commands::x", "##[error]x",
	"\x1b[2J\x1b]0;owned\x07\x1b[31mred", "\u009b31m", "nul\x00 bell\x07 del\x7f", "\u2028\u2029\u0085",
	"\u202egnp.exe\u2066", "\ufeffbom\u200b", "\xff\xfe\xc3\x28", "\ufffe\uffff\U0010ffff",
	"a\u0301\u0301\u0301", "漢字 한글 👩‍👩‍👧 ⚠️",
	"null", "yes", "0x1f", "1e3", "~", "- a: b", "a: b # c", "? x", "*anchor", "&anchor", "!!tag", "%directive", "---", "...", "|", ">",
	`\u003c \n \\`, "'", `"`, "$(id)", "`id`", "../../etc/passwd", "-rf",
	strings.Repeat("long-", 4000),
	" leading and trailing ",
	"",
}

// corpus is a report that has each text in every field that a cluster can fill, with all
// verdicts and severities, after a plain account.
func corpus(texts ...string) *probe.Report {
	r := &probe.Report{
		Cluster: probe.Cluster{Context: hostile[1], Server: hostile[2], Kubernetes: hostile[5]}, ProbedAs: hostile[9], Profile: "release",
		Flux: []probe.Flux{{Namespace: hostile[3], Version: hostile[4]}},
	}
	severities := []matrix.Severity{matrix.Error, matrix.Error, matrix.Warning, matrix.Error, matrix.Info}
	var findings []probe.Finding
	for i, verb := range []string{"get", "list", "watch", "delete", "get", "list", "watch", "delete"} {
		subject := matrix.ServiceAccount("flux-system", "source-controller")
		check := &matrix.Asked{
			CheckMeta: matrix.CheckMeta{Section: "controllers", Code: "FP101", Subject: matrix.Share(subject), Severity: matrix.Error, Because: "the release grants it"},
			Want:      matrix.Allow,
			AnyOf:     matrix.One(subject, matrix.Access{Verb: verb, Resource: []string{"configmaps", "secrets"}[i/4]}),
		}
		status := &authorizationv1.SubjectAccessReviewStatus{Allowed: i%3 > 0}
		findings = append(findings, probe.Judge(check, func(matrix.Review) probe.Answer { return probe.Answer{Status: status} }))
	}
	for i, text := range texts {
		origin := matrix.Origin{Kind: "Kustomization", Namespace: text, Name: text, Field: "spec." + text, Line: i}
		origin.File = text[:min(len(text), 4096)] // no path is longer
		for j, subject := range []matrix.Subject{matrix.ServiceAccount("apps", text), matrix.ServiceAccount(text, "dev"), {Kind: matrix.KindUser, Name: text}} {
			access := matrix.Access{Verb: "get", Group: text, Resource: "secrets", Namespace: "apps", Name: text}
			if j == 1 {
				access = matrix.Access{Verb: text, Resource: text, Subresource: text}
			}
			check := &matrix.Asked{
				CheckMeta: matrix.CheckMeta{Section: "tenants", Code: "FP401", Subject: matrix.Share(subject), Severity: severities[(i+j)%len(severities)],
					Because: text, Origin: matrix.Share(origin), Hint: text},
				Want: matrix.Allow, AnyOf: matrix.One(subject, access),
			}
			for _, allowed := range []bool{true, false} {
				status := &authorizationv1.SubjectAccessReviewStatus{Allowed: allowed, Reason: text}
				findings = append(findings, probe.Judge(check, func(matrix.Review) probe.Answer { return probe.Answer{Status: status} }))
			}
			check.Want, check.Code = matrix.Deny, "FP501"
			findings = append(findings, probe.Judge(check, func(matrix.Review) probe.Answer {
				return probe.Answer{Status: &authorizationv1.SubjectAccessReviewStatus{Allowed: j > 0, EvaluationError: text + "!"}}
			}))
		}
		check := &matrix.Observed{Evidence: text, CheckMeta: matrix.CheckMeta{
			Section: "lockdown", Code: "FP801", Severity: severities[i%len(severities)], Because: text, Origin: matrix.Share(origin), Hint: text,
		}}
		for _, check.Verdict = range []matrix.Verdict{matrix.Exception, matrix.Missing} {
			findings = append(findings, probe.Judge(check, nil))
		}
		waiver := probe.Waiver{Reason: text, Owner: text, Until: "2027-01-31"}
		findings = append(findings, probe.Judge(check, nil).Waive(waiver))
		r.NotAsked = append(r.NotAsked, matrix.Gap{Section: "tenants", What: text, Why: text})
	}
	for i := range findings {
		findings[i].Index = i
	}
	r.Complete(findings)
	return r
}

func print(t *testing.T, format string, r *probe.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := ui.Write(&b, format, r, ui.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// undetermined counts the checks without an answer, warnings too: none of them is a pass.
func undetermined(s probe.Summary) int { return s.Undetermined + s.UndeterminedWarnings }

// warnings counts the other warnings.
func warnings(s probe.Summary) int { return s.Warnings - s.UndeterminedWarnings }

// failing counts what keeps a run from passing.
func failing(r *probe.Report) int {
	n := r.Summary.Missing + r.Summary.Excess + undetermined(r.Summary)
	if r.Asked.FailOn == matrix.Warning {
		n += warnings(r.Summary)
	}
	return n
}

// warned counts the warnings that do not.
func warned(r *probe.Report) int {
	if r.Asked.FailOn == matrix.Warning {
		return 0
	}
	return warnings(r.Summary)
}
