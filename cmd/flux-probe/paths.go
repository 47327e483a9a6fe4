// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// pathsFlags choose the goal, and where Flux is.
type pathsFlags struct {
	o          *scan.Options
	to         string
	completing targeter
}

func (f *pathsFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.to, "to", "", "Goal: "+strings.Join(paths.Goals(), ", ")+", or an account as NAMESPACE/NAME (default: all but accounts)")
	cmd.Flags().StringVar(&f.o.FluxNamespace, "flux-namespace", "", "Namespace that Flux runs in (default: detected by its Deployments)")
	complete(cmd, "to", choices(paths.Goals()))
	complete(cmd, "flux-namespace", namespaces(f.completing))
}

func (f *pathsFlags) Validate(*program, *cobra.Command) error {
	if f.to == "" || strings.Contains(f.to, "/") {
		return nil
	}
	return oneOf("to", f.to, append(slices.Clone(paths.Goals()), "NAMESPACE/NAME"))
}

func newPathsCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	flags := pathsFlags{o: &o, completing: target}
	format := formatFlags{formats: ui.PathsFormats()}
	return p.command(&cobra.Command{
		Use:   "paths [NAMESPACE/ACCOUNT]",
		Short: "Show where the permissions of tenants lead, and what to remove so that they lead nowhere",
		Args:  arguments("one account at most", 0, 1),

		ValidArgsFunction: firstAccount(target),
	}, func(ctx context.Context, args []string) error {
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		report, err := s.Paths(ctx, strings.Join(args, ""), flags.to)
		if err != nil {
			return err
		}
		done()
		if err := ui.WritePaths(p.Out, format.output, report, format.options(p)); err != nil {
			return err
		}
		return resultExit(report.Result)
	}, target, &flags, &askFlags{o: &o}, &format)
}
