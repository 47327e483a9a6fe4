// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func expectations(n, distinct int) *matrix.Matrix {
	m := &matrix.Matrix{}
	for i := range n {
		m.Checks = append(m.Checks, &matrix.Asked{
			CheckMeta: matrix.CheckMeta{Severity: matrix.Error},
			Want:      matrix.Allow, AnyOf: [][]matrix.Review{{review(fmt.Sprint("r", i%distinct))}},
		})
	}
	return m
}

func TestRunAsksEqualReviewsOnce(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	p := probe.Prober{Reviewer: probe.ReviewerFunc(func(_ context.Context, s authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[s.ResourceAttributes.Resource]++
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
	})}
	seen := map[int]bool{}
	for f := range p.Run(t.Context(), expectations(1000, 100)) {
		if f.Verdict != matrix.Pass || seen[f.Index] {
			t.Fatalf("finding %d: %s, seen before: %t", f.Index, f.Verdict, seen[f.Index])
		}
		seen[f.Index] = true
	}
	if len(seen) != 1000 || len(asked) != 100 {
		t.Errorf("%d findings of 1000, %d reviews of 100", len(seen), len(asked))
	}
	for resource, n := range asked {
		if n != 1 {
			t.Errorf("%s was asked %d times", resource, n)
		}
	}
}

func TestRunAsksLaterWaysOnlyWhenNeeded(t *testing.T) {
	a, b, c, d := review("a"), review("b"), review("c"), review("d")
	answers := map[string]bool{"a": false, "b": true, "c": true, "d": true}
	var asked []string
	p := probe.Prober{Concurrency: 1, Reviewer: probe.ReviewerFunc(func(_ context.Context, s authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		asked = append(asked, s.ResourceAttributes.Resource)
		return authorizationv1.SubjectAccessReviewStatus{Allowed: answers[s.ResourceAttributes.Resource]}, nil
	})}
	m := &matrix.Matrix{Checks: []matrix.Check{&matrix.Asked{Want: matrix.Allow, AnyOf: [][]matrix.Review{{a}, {b, c}, {d}}}}}
	for f := range p.Run(t.Context(), m) {
		if f.Verdict != matrix.Pass || f.Via != "get b and get c" {
			t.Errorf("got %s via %q", f.Verdict, f.Via)
		}
	}
	if fmt.Sprint(asked) != "[a b c]" {
		t.Errorf("asked %v", asked)
	}
}

func TestSpecSendsThreeGroups(t *testing.T) {
	s := probe.Spec(review("pods"))
	if s.User != "system:serviceaccount:apps:dev-team" || fmt.Sprint(s.Groups) != "[system:serviceaccounts system:serviceaccounts:apps system:authenticated]" || s.UID != "" || s.Extra != nil {
		t.Errorf("got %+v", s)
	}
}

func TestRunEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := probe.Prober{Concurrency: 4, Reviewer: probe.ReviewerFunc(func(ctx context.Context, _ authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			select {
			case <-time.After(time.Minute):
				return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
			case <-ctx.Done():
				return authorizationv1.SubjectAccessReviewStatus{}, ctx.Err()
			}
		})}
		time.AfterFunc(90*time.Second, cancel)
		verdicts := map[matrix.Verdict]int{}
		for f := range p.Run(ctx, expectations(50, 50)) {
			verdicts[f.Verdict]++
			if f.Verdict == matrix.Undetermined && f.Reason != "not asked before the run ended" {
				t.Errorf("reason %q", f.Reason)
			}
		}
		if verdicts[matrix.Pass] != 4 || verdicts[matrix.Undetermined] != 46 {
			t.Errorf("got %v", verdicts)
		}
	}) // synctest fails the test when a goroutine is left
}

func TestRunCanBeBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := probe.Prober{Reviewer: probe.ReviewerFunc(func(ctx context.Context, _ authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			return authorizationv1.SubjectAccessReviewStatus{}, errors.New("no answer")
		})}
		n := 0
		for f := range p.Run(t.Context(), expectations(1000, 1000)) {
			if f.Verdict != matrix.Undetermined {
				t.Errorf("an error became %s", f.Verdict)
			}
			if n++; n == 10 {
				break
			}
		}
	})
}

func TestReport(t *testing.T) {
	f := func(v matrix.Verdict, s matrix.Severity, index int) probe.Finding {
		return probe.Finding{Verdict: v, Severity: s, Index: index}
	}
	for name, tc := range map[string]struct {
		findings []probe.Finding
		strict   bool
		want     probe.Result
	}{
		"nothing checked":        {nil, false, probe.ResultUndetermined},
		"pass":                   {[]probe.Finding{f(matrix.Pass, matrix.Error, 0), f(matrix.Exception, matrix.Error, 1)}, true, probe.ResultPass},
		"missing":                {[]probe.Finding{f(matrix.Undetermined, matrix.Error, 0), f(matrix.Missing, matrix.Error, 1)}, false, probe.ResultFail},
		"excess":                 {[]probe.Finding{f(matrix.Excess, matrix.Error, 0)}, false, probe.ResultFail},
		"undetermined":           {[]probe.Finding{f(matrix.Pass, matrix.Error, 0), f(matrix.Undetermined, matrix.Error, 1)}, false, probe.ResultUndetermined},
		"warning":                {[]probe.Finding{f(matrix.Missing, matrix.Warning, 0)}, false, probe.ResultPass},
		"warning with --fail-on": {[]probe.Finding{f(matrix.Missing, matrix.Warning, 0)}, true, probe.ResultFail},
		"undetermined warning":   {[]probe.Finding{f(matrix.Pass, matrix.Error, 0), f(matrix.Undetermined, matrix.Warning, 1)}, false, probe.ResultUndetermined},
		"it and --fail-on":       {[]probe.Finding{f(matrix.Undetermined, matrix.Warning, 0)}, true, probe.ResultUndetermined},
		"it and a failure":       {[]probe.Finding{f(matrix.Undetermined, matrix.Warning, 0), f(matrix.Missing, matrix.Error, 1)}, false, probe.ResultFail},
		"undetermined info":      {[]probe.Finding{f(matrix.Undetermined, matrix.Info, 0)}, true, probe.ResultPass},
		"pending":                {[]probe.Finding{f("", matrix.Error, 0)}, false, probe.ResultUndetermined},
		"information":            {[]probe.Finding{f(matrix.Excess, matrix.Info, 0)}, true, probe.ResultPass},
	} {
		t.Run(name, func(t *testing.T) {
			var r probe.Report
			if r.Asked.FailOn = matrix.Error; tc.strict {
				r.Asked.FailOn = matrix.Warning
			}
			r.Complete(tc.findings)
			if fails := slices.ContainsFunc(r.Findings, r.Fails); fails == (tc.want == probe.ResultPass) && len(tc.findings) > 0 {
				t.Errorf("some finding fails the run: %v, and the result is %s", fails, tc.want)
			}
			if r.Summary.Result != tc.want || r.Summary.Checks != len(tc.findings) {
				t.Errorf("got %+v", r.Summary)
			}
		})
	}
}
