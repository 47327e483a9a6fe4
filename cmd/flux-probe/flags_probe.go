// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// askFlags choose how reviews are asked, and for how long at most.
type askFlags struct {
	o       *scan.Options
	timeout time.Duration
	sampled bool // the command can ask only a sample
}

func (f *askFlags) Add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.o.Concurrency, "concurrency", probe.DefaultConcurrency, "Reviews in flight at once")
	if f.sampled {
		cmd.Flags().IntVar(&f.o.Sample, "sample", 0, "Let RBAC as it was read answer; ask the server what fails, and this many reviews of each account and section (default: ask everything)")
	}
	cmd.Flags().DurationVar(&f.timeout, "timeout", 0, "End the run after this time, for example 2m, and report what is known by then; not in the terminal UI (default: no limit)")
}

func (f *askFlags) Validate(_ *program, cmd *cobra.Command) error {
	if f.o.Concurrency < 1 {
		return usagef("--concurrency %d: at least 1 review must be in flight", f.o.Concurrency)
	}
	if manifests := cmd.Flags().Lookup("manifests"); f.o.Sample < 0 || f.o.Sample == 0 && cmd.Flags().Changed("sample") {
		return usagef("--sample %d: at least 1 review of each account and section must be asked", f.o.Sample)
	} else if f.o.Sample > 0 && manifests.Changed {
		return usagef("--sample has no effect with --manifests: RBAC answers everything")
	}
	if f.timeout <= 0 && cmd.Flags().Changed("timeout") {
		return usagef("--timeout %s: want a time that is longer than 0", f.timeout)
	}
	return nil
}

// limit is a context that ends with --timeout.
func (f *askFlags) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return scan.WithTimeout(ctx, f.timeout)
}

// policyFlags choose what fails the run.
type policyFlags struct {
	o    *scan.Options
	live bool // lists of a cluster can be forbidden
}

func (f *policyFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(&f.o.FailOn), "fail-on", string(matrix.Error), "Least severity that fails the run: error or warning")
	cmd.Flags().StringVar(&f.o.BaselineName, "baseline", "", "Report written by -o json: fail only on what is new or worse since")
	complete(cmd, "fail-on", choices(severities()))
	if f.live {
		cmd.Flags().StringSliceVar(&f.o.AcceptForbidden, "accept-forbidden", nil, "Resources, for example namespaces, that the caller does not have to be able to list; * matches any text (default: what cannot be listed makes the result undetermined)")
	}
}

func (f *policyFlags) Validate(p *program, cmd *cobra.Command) (err error) {
	if err := oneOf("fail-on", string(f.o.FailOn), severities()); err != nil || f.o.BaselineName == "" {
		return err
	}
	if files, err := cmd.Flags().GetStringArray("filename"); f.o.BaselineName == "-" && err == nil && slices.Contains(files, "-") {
		return usagef("--baseline - and -f - both read standard input")
	}
	if f.o.Baseline, err = ui.ReadFile(p.In, f.o.BaselineName); err != nil {
		return usagef("--baseline: %w", err)
	}
	return nil
}

func severities() []string { return []string{string(matrix.Error), string(matrix.Warning)} }

// printFixed names on standard error what failed in the baseline and does not fail now. Without this
// hint the result is the same, so that an error does not matter.
func (p *program) printFixed(o scan.Options, now *probe.Report) {
	if o.Baseline != nil && !now.Interrupted && !now.TimedOut {
		_ = ui.WriteFixed(p.Err, o.BaselineName, probe.Fixed(o.Baseline, now), ui.Options{Program: p.name})
	}
}

// printSample names on standard error a run that was to ask only a sample: not every format has a place for it. Without
// this hint the result is the same, so that an error does not matter.
func (p *program) printSample(r *probe.Report) {
	if r.Asked.Sample != nil {
		_, _ = fmt.Fprintln(p.Err, p.name+":", safetext.Printable(r.Asked.Sample.String()))
	}
}
