// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"sync/atomic"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/ui"
	"github.com/flux-probe/flux-probe/ui/tui"
)

// tuiFormat is the -o of the terminal UI, the default on a terminal.
const tuiFormat = "tui"

// wantsTUI says whether the terminal UI is to be opened. Asked for by name it is an error without a
// terminal to draw on.
func (o *options) wantsTUI(s streams) (bool, error) {
	terminal := isTerminal(s.In) && isTerminal(s.Out)
	switch {
	case o.output == tuiFormat && !terminal:
		return false, usagef("-o tui needs a terminal for input and output (and TERM not dumb); use -o table")
	case o.output == tuiFormat:
		return true, nil
	default:
		return len(o.outputs) == 0 && terminal && !o.quiet, nil
	}
}

// explore opens the terminal UI on a connected session, and leaves the summary on the normal screen.
func (s *session) explore(ctx context.Context, str streams, first tui.Run, read *reading) error {
	var throttled atomic.Int64
	memory := probe.NewMemory(s.reviewer(func(time.Duration) { throttled.Add(1) }))
	session := tui.Session{
		Load: func(ctx context.Context, profile string) (tui.Run, error) {
			run, _, err := s.load(ctx, flux.Profile(profile))
			return run, err
		},
		Probe: func(ctx context.Context, m *matrix.Matrix, ask tui.Ask) iter.Seq[probe.Finding] {
			prober := probe.Prober{Reviewer: memory, Concurrency: s.options.concurrency, Progress: ask.Progress}
			if ask.Fresh {
				prober.Reviewer = memory.Fresh()
			}
			return prober.Run(ctx, m)
		},
		Explain:       func(ctx context.Context, f probe.Finding) ([]string, error) { return s.explain(ctx, memory, f) },
		Fix:           func(ctx context.Context, f probe.Finding) (string, error) { return s.fix(ctx, memory, f) },
		Save:          save,
		Throttled:     func() int { return int(throttled.Load()) },
		Profiles:      names(flux.Profiles()),
		Concurrency:   s.options.concurrency,
		FailOnWarning: s.options.failOn == "warning",
	}
	if s.cluster != nil {
		session.Second = func(m *matrix.Matrix) ([]probe.Finding, []matrix.Gap) { return s.last.Load().secondOpinion(m, memory) }
		session.Watch = func(ctx context.Context) iter.Seq[tui.Change] { return s.watch(ctx, read.snapshot.Resources) }
	}
	return s.options.start(ctx, str, session, first)
}

// start runs the terminal UI, prints the summary after it, and ends with the status of the run.
func (o *options) start(ctx context.Context, s streams, session tui.Session, first tui.Run) error {
	report, err := tui.Start(ctx, session, first, tui.Options{
		Color: o.useColor(s.Out), ASCII: o.ascii, Mouse: o.mouse, Input: s.In, Output: s.Out,
	})
	interrupted := errors.Is(err, tui.ErrInterrupted)
	if err != nil && !interrupted {
		return err
	}
	if err := ui.WriteSummary(s.Out, report, o.uiOptions(s)); err != nil {
		return err
	}
	o.sayFixed(s, report)
	if interrupted {
		return exitError{code: exitInterrupted}
	}
	return reportExit(report)
}

// load reads and derives the matrix.
func (s *session) load(ctx context.Context, profile flux.Profile) (tui.Run, *reading, error) {
	read, err := s.read(ctx)
	if err != nil {
		return tui.Run{}, nil, err
	}
	m, err := s.derive(read, profile)
	if err != nil {
		return tui.Run{}, nil, err
	}
	s.derived.Store(m)
	return tui.Run{Report: *s.header(read, m, profile), Matrix: m}, read, nil
}

func (s *session) watch(ctx context.Context, resources []flux.Resource) iter.Seq[tui.Change] {
	return func(yield func(tui.Change) bool) {
		for c := range s.cluster.Watch(ctx, resources) {
			if !yield(change(c)) {
				return
			}
		}
	}
}

func change(c cluster.Change) tui.Change {
	return tui.Change{Why: c.Why, Subjects: c.Subjects, All: c.All, Notice: c.Notice, Lost: c.Lost, Partly: c.Partly}
}

// save writes the report to a new file in the working directory.
func save(r *probe.Report) (string, error) {
	name := "flux-probe-" + time.Now().Format("20060102-150405") + ".json"
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(name, append(content, '\n'), 0o600); err != nil {
		return "", fmt.Errorf("saving the report: %w", err)
	}
	return name, nil
}
