// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

func newProbeCommand(p *program) *cobra.Command {
	var o scan.Options
	var target targetFlags
	output := reportFlags{byDefault: probeDefault, exits: true}
	return p.command(&cobra.Command{
		Use:   "flux-probe",
		Short: "Check that every Flux service account can do what it must, and nothing more",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(target.manifests) == 0 {
				return noArguments(cmd, args)
			}
			target.manifests = append(target.manifests, args...)
			return nil
		},
	}, func(ctx context.Context, _ []string) error {
		o.Assume = target.assumed.list
		return p.probe(ctx, &o, &output, target.open)
	}, &target, &selectFlags{expectFlags: expectFlags{o: &o, completing: &target}}, &askFlags{o: &o, sampled: true}, &admissionFlags{&o, &target}, &policyFlags{o: &o, live: true}, &output)
}

// probeDefault describes where the report goes when no format is given.
const probeDefault = "tui on a terminal, else table"

// probe reads what open opens, asks, shows the report and ends with its exit status.
func (p *program) probe(ctx context.Context, o *scan.Options, output *reportFlags, open func(context.Context, *program, scan.Options) (*scan.Scan, error)) error {
	_, limited := ctx.Deadline()
	assumed := len(o.Assume) > 0
	if assumed && output.tui {
		return usagef("--assume has no effect on the terminal UI, which shows the live state; choose another --output")
	}
	if o.Admission && output.tui {
		return usagef("--admission has no effect on the terminal UI, which asks again at every change; choose another --output")
	}
	printed := limited || assumed || o.Sample > 0 || o.Admission
	if printed && output.tui {
		return usagef("--timeout and --sample have no effect on the terminal UI, which runs until you leave it and asks everything; choose another --output")
	}
	show, done := p.progress(output.quiet)
	defer done()
	o.Progress, o.Version = show, readBuild().Version
	s, err := open(ctx, p, *o)
	if err != nil {
		return err
	}
	tuneGC()
	if output.tui || len(output.outputs) == 0 && !output.quiet && !printed && ui.IsTerminal(p.In) && ui.IsTerminal(p.Out) {
		done()
		return p.explore(ctx, s, output)
	}
	report := s.Run(ctx)
	done()
	if err := output.write(p, report); err != nil {
		return err
	}
	if !output.quiet {
		p.printFixed(*o, report)
		p.printSample(report)
	}
	return reportExit(report)
}
