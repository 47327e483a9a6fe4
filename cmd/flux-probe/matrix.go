// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

func newMatrixCommand(p *program, target *targetFlags) *cobra.Command {
	o := scan.Options{DeriveOnly: true}
	format := formatFlags{formats: ui.MatrixFormats()}
	return p.command(&cobra.Command{
		Use:   "matrix",
		Short: "Print what would be checked and why, without asking",
		Args:  noArguments,
	}, func(ctx context.Context, _ []string) error {
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		return ui.WriteMatrix(p.Out, format.output, s.Report(), format.options(p))
	}, target, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}}, &format)
}
