// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// usageWidth is the width of the usage of flags, in cells.
const usageWidth = 100

// usage prints a command's usage: its own flags first, and then kubectl's connection flags, which
// people know.
func usage(cmd *cobra.Command) error {
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
		if isConnectionFlag(f) {
			connection.AddFlag(f)
		} else {
			own.AddFlag(f)
		}
	})
	if own.HasAvailableFlags() {
		fmt.Fprintf(&b, "\nFlags:\n%s", own.FlagUsagesWrapped(usageWidth))
	}
	if connection.HasAvailableFlags() {
		fmt.Fprintf(&b, "\nConnection flags, as in kubectl:\n%s", connection.FlagUsagesWrapped(usageWidth))
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}

// flagError explains a flag that cannot be used. A flag that only other commands have is refused
// rather than ignored: whoever gives it expects it to have an effect.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		want := map[string]string{"int": "a whole number", "bool": "true or false"}[invalid.GetFlag().Value.Type()]
		if want != "" {
			return usagef("--%s %q: want %s", invalid.GetFlag().Name, invalid.GetValue(), want)
		}
	}
	if !errors.As(err, &unknown) {
		return usagef("%w; see %s --help", err, cmd.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	for _, other := range append(cmd.Root().Commands(), cmd.Root()) {
		if other != cmd && (other.Flags().Lookup(name) != nil || len(name) == 1 && other.Flags().ShorthandLookup(name) != nil) {
			return usagef("%w: it would have no effect on %s; see %s --help", err, cmd.CommandPath(), cmd.CommandPath())
		}
	}
	if near := spelling.Nearest("--"+name, known); near != "" {
		return usagef("%w; did you mean %s?", err, near)
	}
	return usagef("%w; see %s --help", err, cmd.CommandPath())
}

// oneOf refuses the value of a flag that is not one of known.
func oneOf(flag, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	if near := spelling.Nearest(value, known); near != "" {
		return usagef("--%s %q: want one of %s; did you mean %s?", flag, value, strings.Join(known, ", "), near)
	}
	return usagef("--%s %q: want one of %s", flag, value, strings.Join(known, ", "))
}

func names[S ~string](values []S) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}
