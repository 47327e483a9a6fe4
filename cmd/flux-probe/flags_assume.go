// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/manifests"
)

// assumeFlags change what was read before checks are derived from it.
type assumeFlags struct {
	texts []string
	list  assume.List
	made  bool // the target was read, and the assumptions apply to it
}

func (f *assumeFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.texts, "assume", nil, "Check what would be after a change: flux=VERSION, flag=CONTROLLER:--FLAG=VALUE (* for all controllers, --FLAG- to remove it), file=FILE or delete=KIND/NAMESPACE/NAME; repeatable")
	complete(cmd, "assume", completeAssumption)
}

// Validate reads the assumptions and their files.
func (f *assumeFlags) Validate(p *program, cmd *cobra.Command) (err error) {
	if err := f.oneReader(cmd); err != nil {
		return err
	}
	f.list, err = assume.Parse(f.texts, func(path string) (*manifests.Manifests, error) { return manifests.Read(p.In, path) })
	if sample := cmd.Flags().Lookup("sample"); err == nil && len(f.list) > 0 && sample != nil && sample.Changed {
		return usagef("--sample and --assume exclude each other: what is assumed is compared with all that the server answers")
	}
	return err
}

// comment begins YAML that somebody may apply.
func (f *assumeFlags) comment() string {
	if len(f.list) == 0 {
		return ""
	}
	return "# What would be, not what is; assumed: " + strings.Join(f.list.Strings(), ", ") + "\n"
}

// oneReader refuses standard input for two flags.
func (f *assumeFlags) oneReader(cmd *cobra.Command) error {
	reads := 0
	for _, text := range f.texts {
		if text == "file=-" {
			reads++
		}
	}
	for _, flag := range []string{"manifests", "filename"} {
		if values, err := cmd.Flags().GetStringArray(flag); err == nil && slices.Contains(values, "-") {
			reads++
		}
	}
	if reads > 1 && slices.Contains(f.texts, "file=-") {
		return usagef("--assume file=- and another flag both read standard input")
	}
	return nil
}

// after says on standard error what was assumed, for the outputs that have no place for it. Without this line the result
// is the same, so that an error does not matter.
func (f *assumeFlags) after(p *program, cmd *cobra.Command) {
	if quiet, err := cmd.Flags().GetBool("quiet"); len(f.list) > 0 && f.made && (err != nil || !quiet) {
		_, _ = fmt.Fprintf(p.Err, "%s: what would be, not what is; assumed: %s\n", p.name, strings.Join(f.list.Strings(), ", "))
	}
}

// refusedAssumption is the hint for an assumption that cannot be made.
func refusedAssumption(err error) error {
	if bad := (*assume.Error)(nil); errors.As(err, &bad) {
		return usagef("--assume %w", err)
	}
	return nil
}

// completeAssumption completes the kinds of assumptions, and files.
func completeAssumption(_ *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	if strings.HasPrefix(toComplete, "file=") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return assume.Completions(toComplete), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}
