// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/probe"
)

// answering is a server that allows everything after a millisecond, which is less than a real one on the
// same machine takes for a review.
func answering(ctx context.Context, _ authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Millisecond):
	}
	return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
}

// BenchmarkCostOfUI prints what the UI adds to the time of a run of 100,000 checks: the same prober, with
// and without the model taking its findings and drawing a frame for each batch.
func BenchmarkCostOfUI(b *testing.B) {
	const rounds = 3
	report := large(100_000)
	pending := slices.Clone(report.Findings)
	session := Session{Probe: func(ctx context.Context, findings []probe.Finding, ask Ask) iter.Seq[probe.Finding] {
		p := probe.Prober{Reviewer: probe.ReviewerFunc(answering), Progress: ask.Progress}
		return p.Run(ctx, probe.Matrix(findings))
	}}
	var ratios []float64
	for b.Loop() {
		for range rounds {
			began := time.Now()
			for range session.Probe(b.Context(), pending, Ask{Progress: func(int, int) {}}) {
			}
			alone := time.Since(began)
			report.Findings = slices.Clone(pending)
			m := started(b, session, report, 160, 50, Options{Color: true})
			began = time.Now()
			m.Init()
			for m.stream != nil {
				m.Update(m.stream.next())
				m.View()
			}
			ratios = append(ratios, float64(time.Since(began))/float64(alone))
		}
	}
	slices.Sort(ratios)
	ratio := ratios[len(ratios)/2]
	b.ReportMetric(ratio, "ratio")
	fmt.Printf("ratio: %.2f (run with the UI over run without, 100,000 checks)\n", ratio)
}
