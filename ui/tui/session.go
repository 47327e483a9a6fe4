// SPDX-License-Identifier: Apache-2.0

// Package tui is the terminal UI: one Bubble Tea model over a stream of findings.
//
// It works on a Session, which cmd fills with functions, so that it knows no API server:
//
//	Session.Load ──▶ Run (matrix: the layout) ──▶ Session.Probe ──findings, in batches──▶ Model ──▶ screen
//	Session.Watch ──Change──▶ Load and Probe again, of what may have changed
//
// What it draws costs as much as the screen is large, never as much as the matrix is long.
package tui

import (
	"context"
	"iter"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Session is what the UI works on. Functions that are nil are not offered: a saved report has none.
type Session struct {
	// Load reads the cluster and derives the matrix for a profile, again.
	Load func(ctx context.Context, profile string) (Run, error)

	// Probe asks m and yields its findings as answers arrive, Index being the place in m.
	Probe func(ctx context.Context, m *matrix.Matrix, ask Ask) iter.Seq[probe.Finding]

	// Watch yields what changed in the cluster, until ctx ends.
	Watch func(ctx context.Context) iter.Seq[Change]

	// Second holds the answers to m that are there against what RBAC alone says. Each difference is a
	// finding of its own, settled by reading; gaps say why there are none.
	Second func(m *matrix.Matrix) ([]probe.Finding, []matrix.Gap)

	// Explain says, one thing a line, who grants the access of a finding, and what nearly does.
	Explain func(ctx context.Context, f probe.Finding) ([]string, error)

	// Fix is the YAML that would settle a finding, with comments where no role can.
	Fix func(ctx context.Context, f probe.Finding) (string, error)

	// Save writes the report to a file that it names.
	Save func(*probe.Report) (path string, err error)

	// Throttled says how many times the server has put reviews off so far.
	Throttled func() int

	Profiles      []string // the profiles that p goes through, in order
	Concurrency   int      // reviews in flight; probe.DefaultConcurrency when 0
	FailOnWarning bool     // a warning fails the run
}

// Ask says how to ask.
type Ask struct {
	// Fresh wants answers of now; else those that are remembered will do (probe.Memory).
	Fresh bool

	// Progress is to be told what probe.Prober.Progress is told. It may be called from any goroutine.
	Progress func(answered, needed int)
}

// Run is a matrix to show and what is said above it.
type Run struct {
	Report probe.Report   // the header; its findings, if any, are those of Matrix, in order
	Matrix *matrix.Matrix // fixes the layout before the first answer
}

// Change is something that happened to the cluster, or to the watch of it.
type Change struct {
	Why      string           // one line for people: RoleBinding apps/dev-team deleted
	Subjects []matrix.Subject // whose rights may have changed; their checks are asked again first
	All      bool             // anything may have changed: everything is asked again
	Notice   bool             // about the watch alone: nothing is asked again
	Lost     bool             // the watch is broken and reconnects
	Partly   bool             // something may not be watched
}
