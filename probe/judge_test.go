// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"errors"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

func status(allowed, denied bool, reason, evaluation string) probe.Answer {
	return probe.Answer{Status: &authorizationv1.SubjectAccessReviewStatus{
		Allowed: allowed, Denied: denied, Reason: reason, EvaluationError: evaluation,
	}}
}

var (
	yes     = status(true, false, "RBAC: allowed", "")
	no      = status(false, false, "", "")
	denied  = status(false, true, "no means no", "")
	broken  = status(false, false, "", "webhook down")
	partial = status(true, false, "RBAC: allowed", "one role not found")
	failed  = probe.Answer{Err: errors.New("500 Internal Server Error")}
	both    = status(true, true, "RBAC: allowed", "")
	unasked = probe.Answer{}
)

func review(resource string) matrix.Review {
	return matrix.Review{
		Subject: matrix.Share(matrix.ServiceAccount("apps", "dev-team")),
		Access:  matrix.Access{Verb: "get", Resource: resource},
	}
}

func TestJudge(t *testing.T) {
	a, b, c := review("a"), review("b"), review("c")
	one := [][]matrix.Review{{a}}
	two := [][]matrix.Review{{a}, {b, c}}
	for name, tc := range map[string]struct {
		ways    [][]matrix.Review
		want    matrix.Effect
		refused matrix.Verdict
		answers map[matrix.Review]probe.Answer
		verdict matrix.Verdict
		reason  string
		via     string
	}{
		"allow, allowed":                  {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: yes}, matrix.Pass, "RBAC: allowed", ""},
		"allow, allowed with an error":    {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: partial}, matrix.Pass, "RBAC: allowed", ""},
		"allow, no opinion":               {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: no}, matrix.Missing, "", ""},
		"allow, denied":                   {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: denied}, matrix.Missing, "no means no", ""},
		"allow, evaluation error":         {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: broken}, matrix.Undetermined, "webhook down", ""},
		"allow, request error":            {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: failed}, matrix.Undetermined, "500 Internal Server Error", ""},
		"allow, not asked":                {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: unasked}, matrix.Undetermined, "not asked before the run ended", ""},
		"allow, refused by design":        {one, matrix.Allow, matrix.Exception, map[matrix.Review]probe.Answer{a: no}, matrix.Exception, "", ""},
		"exception, allowed anyway":       {one, matrix.Allow, matrix.Exception, map[matrix.Review]probe.Answer{a: yes}, matrix.Pass, "RBAC: allowed", ""},
		"exception, undetermined":         {one, matrix.Allow, matrix.Exception, map[matrix.Review]probe.Answer{a: failed}, matrix.Undetermined, "500 Internal Server Error", ""},
		"deny, allowed":                   {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: yes}, matrix.Excess, "RBAC: allowed", ""},
		"deny, no opinion":                {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: no}, matrix.Pass, "", ""},
		"deny, denied":                    {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: denied}, matrix.Pass, "no means no", ""},
		"deny, evaluation error":          {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: broken}, matrix.Undetermined, "webhook down", ""},
		"deny, request error":             {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: failed}, matrix.Undetermined, "500 Internal Server Error", ""},
		"deny, not asked":                 {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: unasked}, matrix.Undetermined, "not asked before the run ended", ""},
		"allow, allowed and denied":       {one, matrix.Allow, "", map[matrix.Review]probe.Answer{a: both}, matrix.Undetermined, "the answer is both allowed and denied", ""},
		"deny, allowed and denied":        {one, matrix.Deny, "", map[matrix.Review]probe.Answer{a: both}, matrix.Undetermined, "the answer is both allowed and denied", ""},
		"first way holds":                 {two, matrix.Allow, "", map[matrix.Review]probe.Answer{a: yes}, matrix.Pass, "RBAC: allowed", "get a"},
		"second way holds":                {two, matrix.Allow, "", map[matrix.Review]probe.Answer{a: no, b: yes, c: yes}, matrix.Pass, "RBAC: allowed", "get b and get c"},
		"second way after an error":       {two, matrix.Allow, "", map[matrix.Review]probe.Answer{a: failed, b: yes, c: yes}, matrix.Pass, "RBAC: allowed", "get b and get c"},
		"half a way does not hold":        {two, matrix.Allow, "", map[matrix.Review]probe.Answer{a: no, b: yes, c: no}, matrix.Missing, "", ""},
		"refused way does not hide doubt": {two, matrix.Allow, "", map[matrix.Review]probe.Answer{a: failed, b: no}, matrix.Undetermined, "500 Internal Server Error", ""},
		"doubt in the second way":         {two, matrix.Deny, "", map[matrix.Review]probe.Answer{a: no, b: yes, c: broken}, matrix.Undetermined, "webhook down", ""},
		"wants nothing":                   {one, "", "", map[matrix.Review]probe.Answer{a: yes}, matrix.Undetermined, "the check wants neither allow nor deny", ""},
		"asks nothing":                    {nil, matrix.Deny, "", nil, matrix.Undetermined, "nothing to ask", ""},
		"an empty way holds nothing":      {[][]matrix.Review{{}}, matrix.Allow, "", nil, matrix.Undetermined, "nothing to ask", ""},
	} {
		t.Run(name, func(t *testing.T) {
			check := &matrix.Asked{AnyOf: tc.ways, Want: tc.want, IfDenied: tc.refused}
			f := probe.Judge(check, func(r matrix.Review) probe.Answer { return tc.answers[r] })
			if f.Verdict != tc.verdict || f.Reason != tc.reason || f.Via != tc.via {
				t.Errorf("got %s, reason %q, via %q; want %s, %q, %q", f.Verdict, f.Reason, f.Via, tc.verdict, tc.reason, tc.via)
			}
		})
	}
}

func TestJudgeObserved(t *testing.T) {
	check := &matrix.Observed{Verdict: matrix.Missing, Evidence: "no ServiceAccount\x1b[31m of that name"}
	f := probe.Judge(check, func(matrix.Review) probe.Answer { t.Fatal("asked"); return unasked })
	if f.Verdict != matrix.Missing || f.Observed != "no ServiceAccount[31m of that name" || f.Access != nil {
		t.Errorf("got %+v", f)
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                         "plain",
		"a\x1b]0;title\x07b":            "a]0;titleb",
		"line one\nline\ttwo\r":         "line one line two",
		"evil\u202egnp.exe":             "evilgnp.exe",
		"zero\u200bwidth":               "zerowidth",
		"c1 \u009b31m":                  "c1 31m",
		"not utf-8 \xff\xfe":            "not utf-8",
		"RBAC: allowed by “x”, naïvely": "RBAC: allowed by “x”, naïvely",
	} {
		if got := safetext.Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}
