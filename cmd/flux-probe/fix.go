// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
)

func newFixCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	return p.command(&cobra.Command{
		Use:   "fix [PROBLEM ...]",
		Short: "Print the corrected RBAC objects that fix the problems",
	}, func(ctx context.Context, ids []string) error {
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		plan, err := s.Fix(ctx, scan.FixOptions{Warnings: o.FailOn == matrix.Warning, Problems: ids})
		if err != nil {
			return err
		}
		text, err := plan.YAML()
		if err != nil {
			return err
		}
		done()
		_, err = p.Out.Write(text)
		return err
	}, target, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}}, &askFlags{o: &o}, &policyFlags{o: &o})
}
