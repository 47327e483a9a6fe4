// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

// probeCommand is a run: it connects, reads, derives, asks, and shows.
func probeCommand(ctx context.Context, o *options, s streams) error {
	if err := o.validate(); err != nil {
		return err
	}
	report, err := probeCluster(ctx, o, s)
	if err != nil {
		return err
	}
	if err := o.write(s, report); err != nil {
		return err
	}
	return reportExit(report)
}

func probeCluster(ctx context.Context, o *options, s streams) (*probe.Report, error) {
	line := newProgress(o, s)
	defer line.done()
	line.say("connecting…")
	session, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := session.mayAsk(ctx); err != nil {
		return nil, err
	}
	line.say("reading the cluster…")
	snapshot, err := session.read(ctx)
	if err != nil {
		return nil, err
	}
	profile := flux.Profile(o.profile)
	m, err := session.derive(snapshot, profile)
	if err != nil {
		return nil, err
	}
	report := session.header(snapshot, m, profile)
	prober := probe.Prober{Reviewer: session.reviewer(), Concurrency: o.concurrency, Progress: func(answered, needed int) {
		report.Summary.Reviews = answered
		line.reviews(answered, needed)
	}}
	findings := make([]probe.Finding, 0, len(m.Expectations))
	for f := range prober.Run(ctx, m) {
		findings = append(findings, f)
	}
	report.Interrupted = ctx.Err() != nil
	report.Complete(findings, o.failOn == "warning")
	return report, nil
}
