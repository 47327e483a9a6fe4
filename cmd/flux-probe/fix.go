// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// fixFlags choose what the fix is printed as.
type fixFlags struct {
	target *targetFlags
	patch  bool
}

func (f *fixFlags) Add(cmd *cobra.Command) {
	if f.target.demo {
		return // it has no files
	}
	cmd.Flags().BoolVar(&f.patch, "patch", false, "Print a patch of the files of --manifests, for git apply")
}

// Validate refuses a patch of what has no files.
func (f *fixFlags) Validate(*program, *cobra.Command) error {
	switch {
	case !f.patch:
		return nil
	case len(f.target.manifests) == 0:
		return usagef("--patch changes files: name them with --manifests")
	case slices.Contains(f.target.manifests, "-"):
		return usagef("--patch changes files: standard input is none")
	}
	return nil
}

func newFixCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	flags := fixFlags{target: target}
	return p.command(&cobra.Command{
		Use:   "fix [PROBLEM ...]",
		Short: "Print the corrected RBAC objects that fix the problems, or a patch for Git",

		ValidArgsFunction: cobra.NoFileCompletions,
	}, func(ctx context.Context, ids []string) error {
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		chosen := scan.FixOptions{Warnings: o.FailOn == matrix.Warning, Problems: ids}
		if flags.patch {
			return p.printPatch(ctx, s, chosen, done)
		}
		plan, err := s.Fix(ctx, chosen)
		if err != nil {
			return err
		}
		text, err := plan.YAML()
		if err != nil {
			return err
		}
		done()
		_, err = p.Out.Write(append([]byte(target.assumed.comment()), text...))
		return err
	}, target, &flags, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}}, &askFlags{o: &o}, &policyFlags{o: &o})
}

// printPatch prints the patch, and on standard error what is not in it.
func (p *program) printPatch(ctx context.Context, s *scan.Scan, chosen scan.FixOptions, done func()) error {
	patch, err := s.Patch(ctx, chosen)
	if err != nil {
		return err
	}
	done()
	for _, line := range patch.LeftOut {
		if _, err := fmt.Fprintf(p.Err, "%s: not in the patch: %s\n", p.name, line); err != nil {
			return err
		}
	}
	_, err = io.WriteString(p.Out, patch.Difference)
	return err
}
