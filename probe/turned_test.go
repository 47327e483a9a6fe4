// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestTurn(t *testing.T) {
	finding := func(name string, v matrix.Verdict, s matrix.Severity) Finding {
		return Finding{Code: name, Verdict: v, Severity: s}
	}
	report := func(problems []Problem, gaps []matrix.Gap, findings ...Finding) *Report {
		r := &Report{Problems: problems, NotAsked: gaps}
		r.Complete(findings)
		return r
	}
	stays, fails, passes := finding("a", matrix.Missing, matrix.Error), finding("b", matrix.Missing, matrix.Error), finding("b", matrix.Pass, matrix.Error)
	unread := []matrix.Gap{{Kind: matrix.Forbidden}}
	for name, test := range map[string]struct {
		now, assumed     *Report
		red              []int
		green            int
		arisen, resolved []string
		want             Result
	}{
		"nothing changes": {report(nil, nil, stays, passes), report(nil, nil, stays, passes), nil, 0, nil, nil, ResultPass},
		"turns red": {
			report(nil, nil, stays, passes), report([]Problem{{ID: "x", Checks: []int{0}}, {ID: "y", Checks: []int{1}}}, nil, stays, fails),
			[]int{1}, 0, []string{"y"}, nil, ResultFail,
		},
		"turns green": {
			report([]Problem{{ID: "x", Checks: []int{0}}, {ID: "y", Checks: []int{1}}, {ID: "z", Checks: []int{0, 1}}}, nil, stays, fails), report(nil, nil, stays, passes),
			nil, 1, nil, []string{"y"}, ResultPass,
		},
		"a problem with a check for information": {
			report([]Problem{{ID: "x", Checks: []int{0, 1}}}, nil, fails, finding("c", matrix.Missing, matrix.Info)), report(nil, nil, passes, finding("c", matrix.Missing, matrix.Info)),
			nil, 1, nil, []string{"x"}, ResultPass,
		},
		"a check that appears":        {report(nil, nil, stays), report(nil, nil, stays, fails), []int{1}, 0, nil, nil, ResultFail},
		"a check that is not there":   {report(nil, nil, stays, fails), report(nil, nil, stays), nil, 1, nil, nil, ResultPass},
		"a warning":                   {report(nil, nil, passes), report(nil, nil, finding("b", matrix.Missing, matrix.Warning)), []int{0}, 0, nil, nil, ResultPass},
		"information":                 {report(nil, nil, passes), report(nil, nil, finding("b", matrix.Missing, matrix.Info)), nil, 0, nil, nil, ResultPass},
		"a warning becomes an error":  {report(nil, nil, finding("b", matrix.Missing, matrix.Warning)), report(nil, nil, fails), []int{0}, 0, nil, nil, ResultFail},
		"waived":                      {report(nil, nil, passes), report(nil, nil, finding("b", matrix.Waived, matrix.Error)), nil, 0, nil, nil, ResultPass},
		"no answer":                   {report(nil, nil, passes), report(nil, nil, finding("b", matrix.Undetermined, matrix.Error)), []int{0}, 0, nil, nil, ResultUndetermined},
		"no answer, and a failure":    {report(nil, nil, passes), report(nil, nil, finding("c", matrix.Undetermined, matrix.Error), fails), []int{0, 1}, 0, nil, nil, ResultFail},
		"something could not be read": {report(nil, unread, passes), report(nil, unread, passes), nil, 0, nil, nil, ResultUndetermined},
		"no checks":                   {report(nil, nil), report(nil, nil), nil, 0, nil, nil, ResultUndetermined},
	} {
		got := Turn(test.now, test.assumed)
		var resolved []string
		for _, x := range got.Resolved {
			resolved = append(resolved, x.ID)
		}
		if !slices.Equal(got.Red, test.red) || len(got.Green) != test.green || !slices.Equal(got.Arisen, test.arisen) || !slices.Equal(resolved, test.resolved) || got.Result != test.want {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
