// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// ask asks all checks, or a sample of them, and returns their findings. The report then says what was asked.
func (s *Scan) ask(ctx context.Context, report *probe.Report) (findings []probe.Finding) {
	progress := func(answered, needed int) {
		report.Summary.Reviews = answered
		s.options.progress(Progress{Asking, answered, needed})
	}
	unread := s.Snapshot().WhyRBACUnread()
	if s.options.Sample > 0 && s.cluster != nil && unread == "" {
		sampler := probe.Sampler{
			Server: s.reviewer, RBAC: rbac.Reviewer{Index: s.read.RBAC()}, Each: s.options.Sample,
			Concurrency: s.options.Concurrency, Progress: progress,
		}
		findings, sample := sampler.Run(ctx, s.matrix)
		for i := range findings {
			findings[i] = s.policy.Apply(findings[i])
		}
		report.Asked.Sample = sample
		return findings
	}
	defer func() { s.mark(findings) }()
	findings = report.Findings // each is replaced when it is judged
	for f := range s.Stream(ctx, findings, StreamOptions{Progress: progress}) {
		findings[f.Index] = f
	}
	if s.options.Sample > 0 {
		report.Asked.Sample = &probe.Sample{Each: s.options.Sample, Asked: report.Summary.Reviews, Of: report.Summary.Reviews, Widened: "RBAC could not be read completely: " + unread}
	}
	return findings
}
