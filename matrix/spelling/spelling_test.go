// SPDX-License-Identifier: Apache-2.0

package spelling

import "testing"

func TestSimilar(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"dev-team", "dev-teams", true},
		{"dev-team", "dve-team", true}, // a swap is one slip
		{"dev-team", "dev-team", false},
		{"dev-team", "ops-team", false},
		{"prod", "prdo", true},
		{"prod", "test", false},
		{"dev", "de", false},
		{"reconciler", "reconcile", true},
		{"reconciler", "reconcil", true},
		{"reconciler", "reconci", false},
	} {
		if got := Similar(tc.a, tc.b); got != tc.want {
			t.Errorf("Similar(%q, %q) = %t", tc.a, tc.b, got)
		}
	}
}

func TestHint(t *testing.T) {
	verbs := []string{"list", "get", "watch"}
	for word, want := range map[string]string{
		"lits":   `: did you mean "list"?`,
		"GET":    `: did you mean "get"?`,
		"delete": ": valid values are get, list, watch",
	} {
		if got := Hint(word, verbs); got != want {
			t.Errorf("Hint(%q): %s; want %s", word, got, want)
		}
	}
	if got := Hint("pod", []string{"pods", "jobs"}); got != `: did you mean "pods"?` {
		t.Error(got)
	}
	if got := Hint("pass", []string{"exception"}); got != ": the only valid value is exception" {
		t.Error(got)
	}
	for _, known := range [][]string{nil, make([]string, maxListed+1)} {
		if got := Hint("x", known); got != "" {
			t.Errorf("%d valid values: %s", len(known), got)
		}
	}
}
