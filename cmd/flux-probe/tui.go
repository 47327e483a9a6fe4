// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"iter"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
	"github.com/flux-probe/flux-probe/ui/tui"
)

// explore opens the terminal UI on a scan.
func (p *program) explore(ctx context.Context, s *scan.Scan, output *reportFlags) error {
	report, err := output.start(ctx, p, p.session(s), s.Report())
	if report != nil {
		p.printFixed(s.Options(), report)
	}
	return err
}

// session is what the terminal UI can do with a scan.
func (p *program) session(s *scan.Scan) tui.Session {
	session := tui.Session{
		Load: func(ctx context.Context, profile string) (tui.Session, *probe.Report, error) {
			again, err := s.Reload(ctx, flux.Profile(profile))
			if err != nil {
				return tui.Session{}, nil, p.hint(err)
			}
			return p.session(again), again.Report(), nil
		},
		Probe: func(ctx context.Context, findings []probe.Finding, ask tui.Ask) iter.Seq[probe.Finding] {
			return s.Stream(ctx, findings, scan.StreamOptions{Fresh: ask.Fresh, Progress: ask.Progress})
		},
		Compare:     s.Compare,
		Problems:    s.FindProblems,
		LeadsTo:     s.LeadsTo,
		Explain:     s.ExplainFinding,
		Fix:         s.RemedyFor,
		Save:        ui.Save,
		Repeated:    s.Repeated,
		Profiles:    names(flux.Profiles()),
		Concurrency: s.Options().Concurrency,
	}
	if s.Live() {
		session.Watch = s.Watch
	}
	return session
}

// start runs the terminal UI, and prints the summary after it. The error carries the exit status.
func (f *reportFlags) start(ctx context.Context, p *program, session tui.Session, first *probe.Report) (*probe.Report, error) {
	report, err := tui.Start(ctx, session, first, tui.Options{
		Color: ui.UseColor(f.color, p.Out), ASCII: f.ascii, Mouse: f.mouse, Input: p.In, Output: p.Out, Program: p.name,
		Copy: tui.CopyToClipboard,
	})
	interrupted := errors.Is(err, tui.ErrInterrupted)
	if err != nil && !interrupted {
		return nil, err
	}
	if err := ui.WriteSummary(p.Out, report, f.options(p, report)); err != nil {
		return nil, err
	}
	if interrupted {
		return report, exitError{code: exitInterrupted}
	}
	return report, reportExit(report)
}
