// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// reportOf is a finding of each word NAME=VERDICT/REASON about an access that is denied; w:VERDICT is
// one that is waived.
func reportOf(words string) *Report {
	r := &Report{}
	var findings []Finding
	for i, word := range strings.Fields(words) {
		name, verdict, _ := strings.Cut(word, "=")
		verdict, reason, _ := strings.Cut(verdict, "/")
		was, waived := strings.CutPrefix(verdict, "w:")
		f := Finding{Code: "FP901", Subject: matrix.ServiceAccount("apps", name), Want: matrix.Deny, Severity: matrix.Error,
			Access: &matrix.Access{Verb: "get", Resource: "secrets"}, Verdict: matrix.Verdict(verdict), Reason: reason, Index: i}
		if waived {
			f.Verdict, f.Waiver = matrix.Waived, matrix.Share(Waiver{Reason: "known", Was: matrix.Verdict(was)})
		}
		findings = append(findings, f)
	}
	r.Complete(findings)
	return r
}

func TestDiff(t *testing.T) {
	old := reportOf("same=pass worse=pass fixed=excess gone=excess other=excess/a waived=w:excess quiet=excess reason=pass/x twice=pass twice=excess")
	now := reportOf("new=pass same=pass worse=excess fixed=pass other=excess/b waived=excess quiet=w:excess reason=pass/y twice=pass")
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

// A check that the new run was not asked for has not been fixed.
func TestFixedIsWhatWasAsked(t *testing.T) {
	old, none := reportOf("a=excess b=excess c=pass"), reportOf("c=pass")
	old.Findings[0].Section, old.Findings[1].Section = "tenants", "isolation"
	for _, tc := range []struct {
		name      string
		old, now  Asked
		profile   string
		wantFixed string
	}{
		{name: "everything", wantFixed: "a b"},
		{name: "one section", now: Asked{Only: []string{"isolation", "lockdown"}}, wantFixed: "b"},
		{name: "another namespace", now: Asked{Namespace: "apps"}},
		{name: "the same namespace", old: Asked{Namespace: "apps"}, now: Asked{Namespace: "apps"}, wantFixed: "a b"},
		{name: "one account", now: Asked{ServiceAccount: "apps/a"}, wantFixed: "a"},
		{name: "a part before, everything now", old: Asked{Namespace: "apps", Only: []string{"tenants"}}, wantFixed: "a b"},
		{name: "another profile", profile: "required"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, after := *old, *none
			before.Asked, after.Asked, after.Profile = tc.old, tc.now, tc.profile
			var fixed []string
			for _, f := range Fixed(&before, &after) {
				fixed = append(fixed, f.Subject.Name)
			}
			if got := strings.Join(fixed, " "); got != tc.wantFixed {
				t.Errorf("fixed: %q, want %q", got, tc.wantFixed)
			}
		})
	}
}
