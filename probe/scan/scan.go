// SPDX-License-Identifier: Apache-2.0

// Package scan is a run of flux-probe as a library.
//
//	Target ──read──▶ snapshot ──derive──▶ checks ──restrict──▶ asked ──judge──▶ findings ──policy──▶ problems ──▶ probe.Report
//
// Run does all of it. Open stops before anything is asked, for callers that show the checks first:
// its Scan has the report with every finding pending, and streams the findings as they are answered.
//
// The package knows neither flags nor terminals. Its errors are typed; whoever shows them adds what
// the user can do about them.
package scan

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
)

// Options choose what is probed and how it is judged. Only Target is required; the zero value of
// everything else is the default run.
type Options struct {
	Target  Target
	Version string // of the program, for the report

	// Where Flux runs and which version it has. Both are detected when they are empty.
	FluxNamespace string
	FluxVersion   string // v2.9.5

	Profile    flux.Profile // what the controllers are expected to hold; flux.Release when empty
	Exact      bool         // also ask for every access that the matrix does not grant
	Strict     bool         // exceptions, and what the default tenant can do to its own Namespace, are errors
	Exhaustive bool         // ask about each tenant in the namespaces of all the others
	MaxReviews int          // limit of FP502 when the bindings cannot be read; flux.DefaultMaxReviews when 0

	Files       matrixfile.Documents // expectations, overrides and waivers of the user
	SkipBuiltin bool                 // ask only what Files expect

	// DeriveOnly is for callers that show the checks and ask none: the right to create access reviews
	// is not required then.
	DeriveOnly bool

	// What of the checks is asked. The zero value of each is all of them.
	Sections       []string
	Namespace      string         // accounts and objects of one namespace
	ServiceAccount matrix.Subject // one account

	// Focus is the namespace that is read and asked about alone when the caller has no permissions beyond
	// it; Namespace when empty.
	Focus string

	// Changes are about to be applied. With them, what they need is asked and nothing else.
	Changes []Change

	// Assume changes what was read before checks are derived from it, and compares the report with the one without.
	Assume assume.List

	// Lockdown also assumes the flags of the multi-tenancy lockdown that are not set.
	Lockdown bool

	Baseline     *probe.Report // its failures are accepted; only what is new or worse fails
	BaselineName string        // names Baseline in the reason

	// AcceptForbidden are patterns of resources whose lists the caller may be forbidden to read: without an
	// acceptance, what cannot be read makes the result undetermined.
	AcceptForbidden []string

	FailOn matrix.Severity // the least severity that fails the run; matrix.Error when empty

	// Admission also asks, by dry-runs as the accounts, what admission says to what they are permitted to do.
	Admission  bool
	MaxDryRuns int // DefaultMaxDryRuns when 0

	// Sample lets RBAC as it was read answer, and asks the cluster what fails by it and so many reviews of each account
	// and section; see probe.Sampler. 0 asks everything. Run alone takes notice of it, and only for a cluster.
	Sample int

	Concurrency int            // reviews in flight; probe.DefaultConcurrency when 0
	Progress    func(Progress) // is called as the run goes on, never by two goroutines at once; can be nil
}

// Progress is how far a run is.
type Progress struct {
	Stage    Stage
	Answered int // reviews that were answered, while Asking; dry-runs while Trying
	Needed   int // reviews that are known to be needed so far, while Asking; dry-runs while Trying
}

// Stage is a part of a run.
type Stage string

// The stages in their order.
const (
	Connecting Stage = "connecting"
	Reading    Stage = "reading"
	Asking     Stage = "asking"
	Trying     Stage = "trying" // dry-runs
)

// Run probes o.Target and returns the finished report. When ctx ends while reviews are being asked,
// the report holds what is known by then, with Interrupted or TimedOut set.
func Run(ctx context.Context, o Options) (*probe.Report, error) {
	s, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return s.Run(ctx), nil
}

// Run asks all checks and returns the finished report; with assumptions compared with the one without them.
func (s *Scan) Run(ctx context.Context) *probe.Report {
	if s.assumed != nil {
		return s.compared(ctx)
	}
	return s.run(ctx)
}

func (s *Scan) run(ctx context.Context) *probe.Report {
	report := s.Report()
	findings := s.ask(ctx, report)
	answered := !slices.ContainsFunc(findings, probe.Unasked)
	s.LeadsTo(ctx, findings)
	admitted, unsent := s.askAdmission(ctx, report, findings)
	answered = answered && !slices.ContainsFunc(admitted, probe.Unasked)
	differences, skipped := s.Compare()
	report.NotAsked = slices.Concat(report.NotAsked, unsent, skipped)
	ended(ctx, report, answered)
	repeated := s.Repeated()
	repeated.Reviews = report.Summary.Reviews
	report.Asked.Requests = repeated
	findings = slices.Concat(findings, admitted, differences)
	for i := range findings {
		findings[i].Index = i
	}
	report.Complete(findings)
	s.FindProblems(report)
	report.Made.Seconds = float64(time.Since(s.began).Milliseconds()) / 1000
	return report
}

// Open connects to the target, reads it and derives the checks. Nothing is asked yet but who the
// caller is and whether it can ask.
//
// The first request asks who the caller is, because credential plugins can prompt. Then the target is
// read while the second question is open: everything that is shown waits for what is read.
func Open(ctx context.Context, o Options) (*Scan, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	o.progress(Progress{Stage: Connecting})
	c, err := connect(ctx, o.Target)
	if err != nil {
		return nil, err
	}
	reading := begin(func() (*reading, error) { return c.read(ctx, o) })
	if !o.DeriveOnly {
		if err := c.checkRights(ctx, o.focus()); err != nil {
			return nil, err
		}
	}
	o.progress(Progress{Stage: Reading})
	read, err := reading()
	if err != nil {
		return nil, err
	}
	return c.scan(ctx, read, began, o)
}

// begin starts f at once and returns a function that waits for its result.
func begin[T any](f func() (T, error)) func() (T, error) {
	var value T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		value, err = f()
	}()
	return func() (T, error) {
		<-done
		return value, err
	}
}

func (o Options) progress(p Progress) {
	if o.Progress != nil {
		o.Progress(p)
	}
}

// focus is the namespace that is read and asked about alone when nothing more is allowed.
func (o Options) focus() string { return cmp.Or(o.Focus, o.Namespace) }
