// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// lockdownFlags choose where Flux is.
type lockdownFlags struct {
	o          *scan.Options
	completing targeter
}

func (f *lockdownFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.o.FluxNamespace, "flux-namespace", "", "Namespace that Flux runs in (default: detected by its Deployments)")
	complete(cmd, "flux-namespace", namespaces(f.completing))
	cmd.Flags().StringVarP(&f.o.Namespace, "namespace", "n", "", "Check only the accounts and objects of this namespace")
	complete(cmd, "namespace", namespaces(f.completing))
}

func (f *lockdownFlags) Validate(*program, *cobra.Command) error { return nil }

func newLockdownCommand(p *program, target *targetFlags) *cobra.Command {
	o := scan.Options{Lockdown: true}
	format := formatFlags{formats: ui.LockdownFormats()}
	return p.command(&cobra.Command{
		Use:   "lockdown",
		Short: "Show what the multi-tenancy lockdown would stop, and what to prepare",
		Args:  noArguments,
	}, func(ctx context.Context, _ []string) error {
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		l, err := s.Lockdown(ctx)
		if err != nil {
			return err
		}
		done()
		if err := ui.WriteLockdown(p.Out, format.output, l, format.options(p)); err != nil {
			return err
		}
		return resultExit(l.Result)
	}, target, &lockdownFlags{&o, target}, &askFlags{o: &o}, &format)
}
