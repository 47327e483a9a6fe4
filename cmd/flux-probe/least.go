// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe/scan"
)

func newLeastCommand(p *program, target *targetFlags) *cobra.Command {
	o := scan.Options{DeriveOnly: true, Profile: flux.Required}
	return p.command(&cobra.Command{
		Use:   "least [NAMESPACE/ACCOUNT]",
		Short: "Print minimal roles for an account, and which permissions it does not need",
		Args:  arguments("one account at most", 0, 1),

		ValidArgsFunction: firstAccount(target),
	}, func(ctx context.Context, args []string) error {
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		text, err := s.MinimalRoles(strings.Join(args, ""))
		if err != nil {
			return err
		}
		_, err = p.Out.Write(append([]byte(target.assumed.comment()), text...))
		return err
	}, target, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}})
}
