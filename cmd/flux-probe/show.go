// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/ui"
	"github.com/flux-probe/flux-probe/ui/tui"
)

func newShowCommand(p *program) *cobra.Command {
	flags := reportFlags{byDefault: "table", saved: true}
	return p.command(&cobra.Command{
		Use:               "show FILE",
		Short:             "Show a saved report in any format, without a cluster",
		Args:              arguments("one file, or - for standard input", 1),
		ValidArgsFunction: savedReport,
	}, func(ctx context.Context, args []string) error {
		report, err := ui.ReadFile(p.In, args[0])
		if err != nil {
			return exitError{exitUsage, err}
		}
		if flags.tui && len(report.Assumed) > 0 {
			return usagef("the report is about an assumption, which the terminal UI does not show; choose another --output")
		}
		if flags.tui {
			_, err := flags.start(ctx, p, tui.Session{}, report)
			return err
		}
		if err := flags.write(p, report); err != nil {
			return err
		}
		return reportExit(report)
	}, &flags)
}
