// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// judged is a finding of each word NAME=VERDICT/REASON about an access that is denied; w:VERDICT is
// one that is waived.
func judged(words string) *Report {
	r := &Report{}
	var findings []Finding
	for i, word := range strings.Fields(words) {
		name, verdict, _ := strings.Cut(word, "=")
		verdict, reason, _ := strings.Cut(verdict, "/")
		was, waived := strings.CutPrefix(verdict, "w:")
		f := Finding{Code: "FP901", Subject: matrix.ServiceAccount("apps", name), Want: matrix.Deny, Severity: matrix.Error,
			Access: &matrix.Attributes{Verb: "get", Resource: "secrets"}, Verdict: matrix.Verdict(verdict), Reason: reason, Index: i}
		if waived {
			f.Verdict, f.Waiver = matrix.Waived, matrix.Waiver{Reason: "known", Was: matrix.Verdict(was)}
		}
		findings = append(findings, f)
	}
	r.Complete(findings, false)
	return r
}

func TestDiff(t *testing.T) {
	old := judged("same=pass worse=pass fixed=excess gone=excess other=excess/a waived=w:excess quiet=excess reason=pass/x twice=pass twice=excess")
	now := judged("new=pass same=pass worse=excess fixed=pass other=excess/b waived=excess quiet=w:excess reason=pass/y twice=pass")
	var got []string
	for _, c := range Diff(old, now) {
		name := c.Old
		if name == nil {
			name = c.New
		}
		got = append(got, string(c.Kind)+" "+name.Subject.Name)
	}
	want := "appeared new, changed worse, changed fixed, granted other, changed waived, changed quiet, disappeared gone, disappeared twice"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
	if changes := Diff(old, old); len(changes) != 0 {
		t.Errorf("a report differs from itself: %v", changes)
	}
	var fixed []string
	for _, f := range Fixed(old, now) {
		fixed = append(fixed, f.Subject.Name)
	}
	if strings.Join(fixed, " ") != "fixed gone twice" {
		t.Errorf("fixed: %v", fixed)
	}
}

func TestAcceptKnowsWhatIsNewOrWorse(t *testing.T) {
	base := judged("known=excess waived=w:excess passed=pass open=undetermined warned=excess")
	base.Findings[4].Severity = matrix.Warning
	m := &matrix.Matrix{}
	for _, name := range []string{"known", "waived", "passed", "open", "warned", "new"} {
		who := matrix.ServiceAccount("apps", name)
		m.Expectations = append(m.Expectations, matrix.Expectation{Code: "FP901", Subject: who, Want: matrix.Deny, Severity: matrix.Error,
			Ways: matrix.One(who, matrix.Attributes{Verb: "get", Resource: "secrets"}), Origin: matrix.Origin{Release: "v2.9.5", Field: "x"}})
	}
	Accept(m, base, "known since base.json")
	for i, want := range []matrix.Verdict{matrix.Waived, matrix.Waived, matrix.Excess, matrix.Excess, matrix.Excess, matrix.Excess} {
		f := Judge(m.Expectations[i], func(matrix.Review) Answer {
			return Answer{Status: &authorizationv1.SubjectAccessReviewStatus{Allowed: true}}
		})
		if f.Verdict != want {
			t.Errorf("%s: %s, want %s", f.Subject.Name, f.Verdict, want)
		}
	}
	if f := Judge(m.Expectations[0], func(matrix.Review) Answer { return Answer{} }); f.Verdict != matrix.Undetermined {
		t.Errorf("no answer is %s", f.Verdict)
	}
}
