// SPDX-License-Identifier: Apache-2.0

package file

import (
	"strings"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
)

func check(code, section, account string, verb, resource string) matrix.Expectation {
	who := matrix.ServiceAccount("apps", account)
	return matrix.Expectation{
		Section: section, Code: code, Subject: who, Want: matrix.Deny, Severity: matrix.Error,
		Ways: matrix.One(who, matrix.Attributes{Verb: verb, Resource: resource}),
	}
}

func sample() *matrix.Matrix {
	return &matrix.Matrix{Expectations: []matrix.Expectation{
		check("FP501", "isolation", "dev", "get", "secrets"),
		check("FP501", "isolation", "dev", "list", "secrets"),
		check("FP505", "isolation", "ops", "get", "secrets"),
		check("FP901", Section, "dev", "get", "pods"),
	}}
}

func apply(t *testing.T, text, today string, part bool) *matrix.Matrix {
	t.Helper()
	set, err := Parse("rules.yaml", strings.NewReader(header+text))
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse(time.RFC3339, today)
	if err != nil {
		t.Fatal(err)
	}
	m := sample()
	set.Apply(m, day, part)
	return m
}

func TestWaivers(t *testing.T) {
	const waiver = "waivers:\n- {match: {codes: [FP50*], subjects: [{namespace: apps, name: d*}], access: [{verbs: [get], resources: [secrets]}]}, reason: legacy, owner: team, until: 2027-01-31}\n"
	for today, want := range map[string]string{
		"2027-01-31T23:59:59Z": "FP501w FP501 FP505 FP901",
		"2027-02-01T00:00:00Z": "FP501 FP501 FP505 FP901 FP902",
	} {
		if got := outline(apply(t, waiver, today, false)); got != want {
			t.Errorf("%s: got %s, want %s", today, got, want)
		}
	}
	unmatched := strings.ReplaceAll(waiver, "d*", "x*")
	if got := outline(apply(t, unmatched, "2027-01-01T00:00:00Z", false)); got != "FP501 FP501 FP505 FP901 FP903" {
		t.Error(got)
	}
	if got := outline(apply(t, unmatched, "2027-01-01T00:00:00Z", true)); got != "FP501 FP501 FP505 FP901" {
		t.Error(got)
	}
}

func TestOverrides(t *testing.T) {
	m := apply(t, "overrides:\n- {match: {codes: [FP5*]}, severity: warning}\n- {match: {access: [{verbs: [list]}]}, disable: true, because: noise}\n- {match: {codes: [FP901]}, severity: info}\n", "2027-01-01T00:00:00Z", false)
	if got := outline(m); got != "FP501 FP505 FP901 FP903" {
		t.Error(got)
	}
	if m.Expectations[0].Severity != matrix.Warning || m.Expectations[2].Severity != matrix.Error {
		t.Errorf("%+v", m.Expectations)
	}
	if len(m.NotAsked) != 1 || m.NotAsked[0].Why != "switched off by PermissionMatrix rules.yaml:5: noise" {
		t.Errorf("%+v", m.NotAsked)
	}
}

func outline(m *matrix.Matrix) string {
	var words []string
	for _, e := range m.Expectations {
		word := e.Code
		if e.Waiver != (matrix.Waiver{}) {
			word += "w"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestConditions(t *testing.T) {
	for _, tc := range []struct {
		condition, version string
		want               bool
	}{
		{">=2.9", "v2.9.5", true},
		{">2.9", "v2.9.5", false},
		{"2.9", "v2.9.5", true},
		{"=2.9.4", "v2.9.5", false},
		{">=2.9 <2.10", "v2.10.0", false},
		{"<1.38", "v1.37.2-gke.100", true},
		{"<=2.9.4", "v2.9", true},
		{">=2.10", "", true},
		{"", "v1.37.2", true},
	} {
		if got, err := holds(tc.condition, tc.version); err != nil || got != tc.want {
			t.Errorf("%q of %q: %t, %v", tc.condition, tc.version, got, err)
		}
	}
	c := &Condition{Flux: ">=2.9", Kubernetes: "1.37"}
	if !c.Holds("v1.37.2", []string{"v2.8.0", "v2.9.0"}) || c.Holds("v1.36.0", []string{"v2.9.0"}) || c.Holds("v1.37.0", []string{"v2.8.0"}) {
		t.Error("a condition holds wrongly")
	}
}

func TestMatch(t *testing.T) {
	for pattern, texts := range map[string]string{"*": "|a|a/b", "a*": "a|ab", "*b": "b|ab", "a*c*e": "ace|abcde", "a": "a"} {
		for text := range strings.SplitSeq(texts, "|") {
			if !Match(pattern, text) {
				t.Errorf("%s does not match %q", pattern, text)
			}
		}
	}
	for pattern, text := range map[string]string{"a*": "b", "a*a": "a", "a*c*e": "ae", "": "a"} {
		if Match(pattern, text) {
			t.Errorf("%s matches %q", pattern, text)
		}
	}
}
