// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"fmt"
	"strings"
	"testing"
)

// withProblems makes a problem of the findings of each word ID=PLACES, or of accepted ones with a:.
func withProblems(r *Report, words string) *Report {
	for _, word := range strings.Fields(words) {
		id, places, _ := strings.Cut(word, "=")
		id, accepted := strings.CutPrefix(id, "a:")
		p := Problem{ID: id}
		if !accepted {
			id = p.ID
		}
		for _, place := range places {
			p.Checks = append(p.Checks, int(place-'0'))
		}
		p.ID = id
		if accepted {
			r.Accepted = append(r.Accepted, p)
		} else {
			r.Problems = append(r.Problems, p)
		}
	}
	return r
}

func TestCompareByProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		old, oldProblems, now, nowProblems string
		want                               string
	}{
		"the same":         {"a=excess b=excess", "x=01", "a=excess b=excess", "x=01", ""},
		"new":              {"a=pass", "", "a=excess", "x=0", "new x +1-0 [0]"},
		"fixed":            {"a=excess b=excess", "x=01", "a=pass b=pass", "", "fixed x +0-2 [0 1]"},
		"grew":             {"a=excess b=pass", "x=0", "a=excess b=excess", "x=01", "grew x +1-0 [0]"},
		"shrank":           {"a=excess b=excess", "x=01", "a=excess b=pass", "x=0", "shrank x +0-1 [0]"},
		"grew and shrank":  {"a=excess b=pass", "x=0", "a=pass b=excess", "x=1", "grew x +1-1 [0 1]"},
		"another cause":    {"a=excess", "x=0", "a=excess", "y=0", "new y +1-0 [], replaced x +0-1 []"},
		"accepted":         {"a=excess", "x=0", "a=w:excess", "a:x=0", "accepted x +0-0 [0]"},
		"reopened":         {"a=w:excess", "a:x=0", "a=excess", "x=0", "reopened x +0-0 [0]"},
		"without problems": {"a=excess", "", "a=pass", "", ""},
	} {
		d := Compare(withProblems(reportOf(tc.old), tc.oldProblems), withProblems(reportOf(tc.now), tc.nowProblems))
		var got []string
		for _, c := range d.Problems {
			got = append(got, fmt.Sprintf("%s %s +%d-%d %v", c.Kind, c.Problem.ID, c.More, c.Fewer, c.Changes))
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, ", "), tc.want)
		}
	}
	now := reportOf("")
	now.Asked.Only = []string{"other"}
	if d := Compare(withProblems(reportOf("a=excess"), "x=0"), now); len(d.Problems) != 1 || d.Problems[0].Kind != NotCheckedProblem {
		t.Errorf("what is not asked is fixed: %+v", d.Problems)
	}
}
