// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/tui"
)

// probeCommand is a run: it connects, reads, derives, asks, and shows.
func probeCommand(ctx context.Context, o *options, s streams) error {
	if err := o.validate(); err != nil {
		return err
	}
	explore, err := o.wantsTUI(s)
	if err != nil {
		return err
	}
	line := newProgress(o, s)
	defer line.done()
	line.say("connecting…")
	session, err := o.connect(ctx)
	if err != nil {
		return err
	}
	if err := session.mayAsk(ctx); err != nil {
		return err
	}
	line.say("reading the cluster…")
	run, snapshot, err := session.load(ctx, flux.Profile(o.profile))
	if err != nil {
		return err
	}
	if explore {
		line.done()
		return session.explore(ctx, s, run, snapshot)
	}
	report := session.probe(ctx, run, line)
	line.done()
	if err := o.write(s, report); err != nil {
		return err
	}
	return reportExit(report)
}

// probe asks all of the matrix.
func (s *session) probe(ctx context.Context, run tui.Run, line *progress) *probe.Report {
	report, m := run.Report, run.Matrix
	prober := probe.Prober{Reviewer: s.reviewer(nil), Concurrency: s.options.concurrency, Progress: func(answered, needed int) {
		report.Summary.Reviews = answered
		line.reviews(answered, needed)
	}}
	findings := make([]probe.Finding, 0, len(m.Expectations))
	for f := range prober.Run(ctx, m) {
		findings = append(findings, f)
	}
	report.Interrupted = ctx.Err() != nil
	report.Complete(findings, s.options.failOn == "warning")
	return &report
}
