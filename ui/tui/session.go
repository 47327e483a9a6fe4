// SPDX-License-Identifier: Apache-2.0

// Package tui is the terminal UI: one Bubble Tea model over a stream of findings.
//
// It uses a Session, which cmd fills with functions, so that it knows no API server:
//
//	Session.Load ──▶ probe.Report (pending findings: the layout) ──▶ Session.Probe ──findings, in batches──▶ Model ──▶ screen
//	Session.Watch ──Change──▶ Load and Probe again, for what can have changed
//
// What it draws costs as much as the screen is large, never as much as the matrix is long.
package tui

import (
	"context"
	"iter"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Session is what the UI can do. Functions that are nil are not offered: the zero Session shows a saved
// report.
type Session struct {
	// Load reads the cluster again, for a profile. It returns a report before anything was asked, and the
	// session that works on it from then on.
	Load func(ctx context.Context, profile string) (Session, *probe.Report, error)

	// Probe asks the checks of findings and yields them judged as answers arrive, Index being the place
	// in findings.
	Probe func(ctx context.Context, findings []probe.Finding, ask Ask) iter.Seq[probe.Finding]

	// Watch yields what changed in the cluster, until ctx ends.
	Watch func(ctx context.Context) iter.Seq[Change]

	// Compare compares the answers so far with what RBAC alone allows. Each difference is a finding of its
	// own; gaps say why there is no comparison.
	Compare func() ([]probe.Finding, []matrix.Gap)

	// Problems adds to a finished report the problems that explain its failed findings.
	Problems func(*probe.Report)
	// LeadsTo sets LeadsTo of those findings that probe.Finding.Leads reports.
	LeadsTo func(ctx context.Context, findings []probe.Finding)

	// Explain returns lines that say what grants the access of a finding, and what nearly does.
	Explain func(ctx context.Context, f probe.Finding) ([]string, error)

	// Fix returns the YAML that would fix a finding, with comments where no role can.
	Fix func(ctx context.Context, f probe.Finding) (string, error)

	// Save writes the report to a file that it names.
	Save func(*probe.Report) (path string, err error)

	// Repeated returns what had to be asked again so far.
	Repeated func() probe.Requests

	Profiles    []string // the profiles that p goes through, in order
	Concurrency int      // reviews in flight; probe.DefaultConcurrency when 0
}

// Ask is how to ask.
type Ask struct {
	// Fresh asks the server; else remembered answers are good enough (probe.Memory).
	Fresh bool

	// Progress is called as probe.Prober.Progress is, from any goroutine.
	Progress func(answered, needed int)
}

// Change is what Session.Watch yields.
type Change = snapshot.Change
