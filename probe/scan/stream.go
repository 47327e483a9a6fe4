// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"iter"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/compare"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// StreamOptions choose how Stream asks. The zero value uses answers that are known already.
type StreamOptions struct {
	Fresh bool // ask also what was answered before

	// Progress, when set, is called after each answer with how many reviews were answered and how
	// many are known to be needed so far, by the goroutine that ranges over the stream.
	Progress func(answered, needed int)
}

// Stream asks the checks of findings, which are some or all of the findings of Report, and yields each
// finding with its verdict as soon as its answers are known; its Index is the place in findings. When ctx
// ends, the rest is undetermined; when the range is left, asking stops.
func (s *Scan) Stream(ctx context.Context, findings []probe.Finding, o StreamOptions) iter.Seq[probe.Finding] {
	prober := probe.Prober{Reviewer: s.reviewer, Concurrency: s.options.Concurrency, Progress: o.Progress}
	m := probe.Matrix(findings)
	if o.Fresh {
		s.reviewer.Forget(m.Reviews())
		prober.Reviewer = s.reviewer.Fresh()
	}
	return func(yield func(probe.Finding) bool) {
		for f := range prober.Run(ctx, m) {
			if !yield(s.policy.Apply(f)) {
				return
			}
		}
	}
}

// Watch yields what changes in a cluster, until ctx ends; nothing for manifests.
func (s *Scan) Watch(ctx context.Context) iter.Seq[snapshot.Change] {
	if s.cluster == nil {
		return func(func(snapshot.Change) bool) {}
	}
	return s.cluster.Watch(ctx, s.read.Resources)
}

// Compare returns the findings that come after all others, once everything was asked: where the answers
// differ from what RBAC alone allows (FP002), and what is wrong with the matrix files. The answers stay
// what they are, and nothing is asked. The gaps name what could not be compared or is disabled.
func (s *Scan) Compare() ([]probe.Finding, []matrix.Gap) {
	var differences []probe.Finding
	var skipped []matrix.Gap
	if s.cluster != nil { // manifests have nothing but RBAC
		differences, skipped = compare.WithRBAC(s.Snapshot(), s.matrix, s.reviewer.Answer)
	}
	differences, disabled := s.policy.ApplyAll(differences)
	return append(differences, s.policy.Rest()...), s.policy.AcceptGaps(append(skipped, disabled...))
}
