// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
	"github.com/flux-probe/flux-probe/ui/tui"
)

func newShowCommand(o *options, s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "show FILE",
		Short:       "Show a saved report in any format, without a cluster",
		Annotations: map[string]string{offline: "yes"},
		Long: `Show reads a report that -o json or -o yaml wrote, from a file or from standard
input when FILE is -, and shows it in any format. No cluster is asked. It ends
with the exit status of the run that made the report.`,
		Example: `  flux-probe show report.json
  flux-probe show report.json -o yaml
  ssh bastion flux-probe -o json | flux-probe show -`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("show takes one file, or - for standard input; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validateOutput(); err != nil {
				return err
			}
			report, err := readReport(s.In, args[0])
			if err != nil {
				return exitError{exitUsage, err}
			}
			if o.output == tuiFormat {
				if _, err := o.wantsTUI(s); err != nil {
					return err
				}
				session, run := tui.Saved(report)
				return o.start(cmd.Context(), s, session, run)
			}
			if err := o.write(s, report); err != nil {
				return err
			}
			return reportExit(report)
		},
	}
	cmd.Flags().BoolVar(&o.failed, "failed", false, "Show only what failed")
	return cmd
}

func readReport(stdin io.Reader, path string) (*probe.Report, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	report, err := ui.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}
