// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// liveSide is the prefix of a side of a diff that is a cluster.
const liveSide = "cluster:"

// clusterFlags are the connection flags that lead to one cluster.
var clusterFlags = []string{"context", "cluster", "server", "token", "tls-server-name", "certificate-authority", "client-certificate", "client-key"}

// sideFlags choose how the sides that are clusters are probed.
type sideFlags struct {
	connectionFlags
	selectFlags
	askFlags
	assumed assumeFlags
}

func (f *sideFlags) Add(cmd *cobra.Command) {
	f.connectionFlags.Add(cmd)
	f.selectFlags.Add(cmd)
	f.askFlags.Add(cmd)
	f.assumed.Add(cmd)
}

// Validate refuses flags that no side takes notice of.
func (f *sideFlags) Validate(p *program, cmd *cobra.Command) (err error) {
	sides := cmd.Flags().Args()
	live := slices.ContainsFunc(sides, func(side string) bool { return strings.HasPrefix(side, liveSide) })
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		switch {
		case err != nil || slices.Contains([]string{"output", "color", "ascii"}, flag.Name):
		case slices.Contains(clusterFlags, flag.Name) && !slices.Contains(sides, liveSide):
			err = usagef("--%s has no effect: no side is %s, the cluster that it leads to", flag.Name, liveSide)
		case !live:
			err = usagef("--%s has no effect: no side is a cluster", flag.Name)
		}
	})
	if err != nil {
		return err
	}
	err = cmp.Or(f.askFlags.Validate(p, cmd), f.selectFlags.Validate(p, cmd), f.assumed.Validate(p, cmd))
	f.o.Assume = f.assumed.list
	return err
}

// after says what was assumed of the sides that are clusters.
func (f *sideFlags) after(p *program, cmd *cobra.Command) { f.assumed.after(p, cmd) }

func newDiffCommand(p *program) *cobra.Command {
	var o scan.Options
	f := &sideFlags{askFlags: askFlags{o: &o}}
	f.selectFlags = selectFlags{expectFlags: expectFlags{o: &o, completing: &f.connectionFlags}}
	format := formatFlags{formats: ui.DiffFormats()}
	return p.command(&cobra.Command{
		Use:               "diff OLD NEW",
		Short:             "Compare two reports, or a report and a cluster",
		Args:              arguments("two sides, files or cluster:CONTEXT", 2),
		ValidArgsFunction: savedReport,
	}, func(ctx context.Context, args []string) error {
		var sides [2]*probe.Report
		for i, arg := range args {
			var err error
			if sides[i], err = p.side(ctx, arg, f.connectionFlags, o); err != nil {
				return err
			}
		}
		f.assumed.made = true
		difference := probe.Compare(sides[0], sides[1])
		difference.Old.Name, difference.New.Name = args[0], args[1]
		if err := ui.WriteDiff(p.Out, format.output, difference, format.options(p)); err != nil {
			return err
		}
		if !difference.Same() {
			return exitError{code: exitFail}
		}
		return nil
	}, &format, f)
}

// side is a saved report, or that of a cluster that is probed now.
func (p *program) side(ctx context.Context, arg string, connection connectionFlags, o scan.Options) (*probe.Report, error) {
	context, live := strings.CutPrefix(arg, liveSide)
	if !live {
		report, err := ui.ReadFile(p.In, arg)
		if err != nil {
			return nil, exitError{exitUsage, err}
		}
		return report, nil
	}
	if context != "" {
		connection = connection.to(context)
	}
	show, done := p.progress(false)
	defer done()
	var err error
	if o.Target, err = connection.target(); err != nil {
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	o.Progress, o.Version = show, readBuild().Version
	report, err := scan.Run(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	if report.Interrupted || report.TimedOut {
		return nil, cmp.Or(scan.TimedOut(ctx), ctx.Err())
	}
	return report, nil
}
