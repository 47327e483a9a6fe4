// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/tui"
)

// probeCommand connects, and probes.
func probeCommand(ctx context.Context, o *options, s streams) error {
	if err := o.validate(); err != nil {
		return err
	}
	if _, err := o.wantsTUI(s); err != nil {
		return err
	}
	session, err := o.session(ctx, s)
	if err != nil {
		return err
	}
	return o.run(ctx, s, session)
}

// session connects, and checks the right to ask.
func (o *options) session(ctx context.Context, s streams) (*session, error) {
	line := newProgress(o, s)
	defer line.done()
	line.say("connecting…")
	session, err := o.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	return session, session.mayAsk(ctx)
}

// run reads, derives, asks, and shows.
func (o *options) run(ctx context.Context, s streams, session *session) error {
	explore, err := o.wantsTUI(s)
	if err != nil {
		return err
	}
	line := newProgress(o, s)
	defer line.done()
	line.say("reading…")
	run, read, err := session.load(ctx, flux.Profile(o.profile))
	if err != nil {
		return err
	}
	collectEarly()
	if explore {
		line.done()
		return session.explore(ctx, s, run, read)
	}
	report := session.probe(ctx, run, read, line)
	line.done()
	if err := o.write(s, report); err != nil {
		return err
	}
	o.sayFixed(s, report)
	return reportExit(report)
}

// probe asks all of the matrix, and holds the answers against RBAC.
func (s *session) probe(ctx context.Context, run tui.Run, read *reading, line *progress) *probe.Report {
	report, m := run.Report, run.Matrix
	memory := probe.NewMemory(s.reviewer(nil))
	prober := probe.Prober{Reviewer: memory, Concurrency: s.options.concurrency, Progress: func(answered, needed int) {
		report.Summary.Reviews = answered
		line.reviews(answered, needed)
	}}
	line.say("up to %d reviews to ask…", len(m.Reviews()))
	findings := make([]probe.Finding, 0, len(m.Expectations))
	for f := range prober.Run(ctx, m) {
		findings = append(findings, f)
	}
	if s.cluster != nil {
		disagreements, gaps := read.secondOpinion(m, memory)
		findings, report.NotAsked = append(findings, disagreements...), append(report.NotAsked, gaps...)
	}
	report.Interrupted = ctx.Err() != nil
	report.Complete(findings, s.options.failOn == "warning")
	return &report
}
