// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// offline marks a command that asks no cluster: its usage leaves the connection flags out.
const offline = "offline"

// usage prints a command's usage with our flags first and kubectl's connection flags, which people
// know, after them.
func usage(o *options) func(*cobra.Command) error {
	return func(cmd *cobra.Command) error {
		var b strings.Builder
		fmt.Fprintf(&b, "Usage:\n  %s\n", cmd.UseLine())
		if cmd.HasAvailableSubCommands() {
			fmt.Fprintf(&b, "  %s COMMAND\n", cmd.CommandPath())
		}
		if cmd.HasExample() {
			fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
		}
		if cmd.HasAvailableSubCommands() {
			b.WriteString("\nCommands:\n")
			for _, c := range cmd.Commands() {
				if c.IsAvailableCommand() {
					fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
				}
			}
		}
		connection := pflag.NewFlagSet("connection", pflag.ContinueOnError)
		own := pflag.NewFlagSet("own", pflag.ContinueOnError)
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if o.isConnectionFlag(f.Name) {
				connection.AddFlag(f)
			} else {
				own.AddFlag(f)
			}
		})
		if own.HasAvailableFlags() {
			fmt.Fprintf(&b, "\nFlags:\n%s", own.FlagUsagesWrapped(100))
		}
		if connection.HasAvailableFlags() && cmd.Annotations[offline] == "" {
			fmt.Fprintf(&b, "\nConnection flags, as of kubectl:\n%s", connection.FlagUsagesWrapped(100))
		}
		_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
		return err
	}
}
