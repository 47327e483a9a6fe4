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

func TestWant(t *testing.T) {
	verbs := []string{"get", "list", "watch"}
	for word, want := range map[string]string{
		"lits":   "did you mean list?",
		"GET":    "did you mean get?",
		"delete": "want one of get, list, watch",
	} {
		if got := Want(word, verbs); got != want {
			t.Errorf("Want(%q): %s; want %s", word, got, want)
		}
	}
	if got := Want("pod", []string{"pods", "jobs"}); got != "did you mean pods?" {
		t.Error(got)
	}
	if got := Want("x", make([]string, manyWords+1)); got != "nothing there has a name like it" {
		t.Error(got)
	}
}
