// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
)

func newFixCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	return p.command(&cobra.Command{
		Use:   "fix",
		Short: "Print the RBAC that grants what is missing, and what to revoke",
		Args:  noArguments,
	}, func(ctx context.Context, _ []string) error {
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		plan, err := s.Remedy(ctx, o.FailOn == matrix.Warning)
		if err != nil {
			return err
		}
		text, err := plan.YAML()
		if err != nil {
			return err
		}
		if n := plan.Omitted(); n > 0 {
			text = fmt.Appendf(text, "---\n# Left out: %d warnings; --fail-on warning includes them.\n", n)
		}
		done()
		_, err = p.Out.Write(append([]byte(target.assumed.comment()), text...))
		return err
	}, target, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}}, &askFlags{o: &o}, &policyFlags{o: &o})
}
