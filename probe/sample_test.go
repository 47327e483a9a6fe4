// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// fleet expects three accounts to be allowed twenty accesses each in one section, and not to be in another. Nothing may
// read secrets-7, which the last account has to.
func fleet() *matrix.Matrix {
	m := &matrix.Matrix{}
	for account := range 3 {
		subject := matrix.ServiceAccount("apps", fmt.Sprintf("team-%d", account))
		for i := range 20 {
			for section, want := range map[string]matrix.Effect{"tenants": matrix.Allow, "isolation": matrix.Deny} {
				resource := map[matrix.Effect]string{matrix.Allow: "configmaps", matrix.Deny: "secrets"}[want]
				m.Checks = append(m.Checks, &matrix.Asked{
					CheckMeta: matrix.CheckMeta{Section: section, Subject: matrix.Share(subject), Severity: matrix.Error}, Want: want,
					AnyOf: matrix.One(subject, matrix.Access{Verb: "get", Resource: fmt.Sprintf("%s-%d", resource, i)}),
				})
			}
		}
	}
	subject := matrix.ServiceAccount("apps", "team-2")
	m.Checks = append(m.Checks, &matrix.Asked{
		CheckMeta: matrix.CheckMeta{Section: "tenants", Subject: matrix.Share(subject), Severity: matrix.Error}, Want: matrix.Allow,
		AnyOf: matrix.One(subject, matrix.Access{Verb: "get", Resource: "secrets-7"}),
	})
	slices.SortStableFunc(m.Checks, func(a, b matrix.Check) int { return len(a.Meta().Section) - len(b.Meta().Section) })
	return m
}

// bySpelling allows what is about configmaps.
func bySpelling(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	return authorizationv1.SubjectAccessReviewStatus{Allowed: spec.ResourceAttributes.Resource[0] == 'c'}, nil
}

func TestSamplerAsksWhatFailsAndAPart(t *testing.T) {
	m := fleet()
	var lock sync.Mutex
	asked := map[string]int{}
	server := NewMemory(ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		lock.Lock()
		defer lock.Unlock()
		asked[spec.User[len("system:serviceaccount:apps:"):]+" "+spec.ResourceAttributes.Resource[:1]]++
		return bySpelling(ctx, spec)
	}))
	findings, sample := (&Sampler{Server: server, RBAC: ReviewerFunc(bySpelling), Each: 3}).Run(t.Context(), m)
	if *sample != (Sample{Each: 3, Asked: 19, Of: 120}) {
		t.Errorf("got %+v, want 19 of 120: three of each account and section, and what fails", *sample)
	}
	for account := range 3 {
		configmaps, secrets := fmt.Sprintf("team-%d c", account), fmt.Sprintf("team-%d s", account)
		want := 3
		if account == 2 {
			want = 4 // secrets-7 fails, and is not in the sample
		}
		if asked[configmaps] != 3 || asked[secrets] != want {
			t.Errorf("asked %v about account %d, want 3 reviews in one section and %d in the other", asked, account, want)
		}
	}
	byRBAC := 0
	for i, f := range findings {
		full := Judge(m.Checks[i], func(review matrix.Review) Answer { return Ask(t.Context(), ReviewerFunc(bySpelling), review) })
		if f.Index != i || f.Verdict != full.Verdict || f.Subject != full.Subject {
			t.Errorf("finding %d is %s about %s, want %s about %s", f.Index, f.Verdict, f.Subject, full.Verdict, full.Subject)
		}
		if f.AnsweredBy == ByRBAC {
			byRBAC++
		}
		if f.Failed() && f.AnsweredBy != "" {
			t.Errorf("%s failed by %s alone", f.Subject, f.AnsweredBy)
		}
	}
	if byRBAC != 120-18-1 { // two checks share secrets-7 of team-2
		t.Errorf("RBAC answered %d findings, want 101", byRBAC)
	}
}

func TestSamplerAsksEverythingWhenRBACIsNotEnough(t *testing.T) {
	allow := func(allowed bool) func() (bool, error) { return func() (bool, error) { return allowed, nil } }
	for name, test := range map[string]struct {
		resource string
		answer   func() (bool, error)
		want     string
	}{
		"a refusal":     {"configmaps-0", allow(false), "the server answers otherwise than RBAC to apps/team-1 get configmaps-0"},
		"a permission":  {"secrets-0", allow(true), "the server answers otherwise than RBAC to apps/team-1 get secrets-0"},
		"an error":      {"secrets-0", func() (bool, error) { return false, errors.New("no") }, "the server gives no answer to apps/team-1 get secrets-0"},
		"what failed":   {"secrets-7", allow(true), "the server answers otherwise than RBAC to apps/team-2 get secrets-7"},
		"not looked at": {"secrets-1", allow(true), ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := fleet()
			subject := "apps:team-1"
			if test.resource == "secrets-7" {
				subject = "apps:team-2"
			}
			reviewer := ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (status authorizationv1.SubjectAccessReviewStatus, err error) {
				if spec.User == "system:serviceaccount:"+subject && spec.ResourceAttributes.Resource == test.resource {
					status.Allowed, err = test.answer()
					return status, err
				}
				return bySpelling(ctx, spec)
			})
			findings, sample := (&Sampler{Server: NewMemory(reviewer), RBAC: ReviewerFunc(bySpelling), Each: 3}).Run(t.Context(), m)
			if sample.Widened != test.want {
				t.Fatalf("widened because %q, want %q", sample.Widened, test.want)
			}
			if test.want == "" {
				return
			}
			if sample.Asked != 120 {
				t.Errorf("asked %d, want all 120", sample.Asked)
			}
			for i, f := range findings {
				full := Judge(m.Checks[i], func(review matrix.Review) Answer { return Ask(t.Context(), reviewer, review) })
				if f.Index != i || f.Verdict != full.Verdict || f.AnsweredBy != "" {
					t.Errorf("finding %d is %s by %q, want %s by the server", f.Index, f.Verdict, f.AnsweredBy, full.Verdict)
				}
			}
		})
	}
}

// TestSamplerThatEndsBelievesTheServerAlone ends the run after some answers: RBAC was not confirmed.
func TestSamplerThatEndsBelievesTheServerAlone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answers := 0
	server := NewMemory(ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		if answers++; answers > 5 {
			cancel()
			return authorizationv1.SubjectAccessReviewStatus{}, ctx.Err()
		}
		return bySpelling(ctx, spec)
	}))
	findings, _ := (&Sampler{Server: server, RBAC: ReviewerFunc(bySpelling), Each: 3, Concurrency: 1}).Run(ctx, fleet())
	known := 0
	for _, f := range findings {
		if f.AnsweredBy != "" {
			t.Errorf("%s is answered by %s", f.Subject, f.AnsweredBy)
		}
		if f.Verdict != matrix.Undetermined {
			known++
		}
	}
	if len(findings) != 121 || known != 6 {
		t.Errorf("%d of %d findings are known after five answers, want 6 of 121", known, len(findings))
	}
}
