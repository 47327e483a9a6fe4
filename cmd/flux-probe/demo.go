// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// newDemoCommand is flux-probe on the example fleet, with the commands that read a cluster.
func newDemoCommand(p *program) *cobra.Command {
	inside := *p
	inside.name += " demo" // as the commands in its hints are typed
	var o scan.Options
	target := &targetFlags{demo: true}
	output := reportFlags{byDefault: probeDefault, exits: true}
	demo := p.command(&cobra.Command{
		Use:   "demo",
		Short: "Probe a small example fleet, without a cluster",
		Args:  noArguments,
	}, func(ctx context.Context, _ []string) error {
		o.Assume = target.assumed.list
		return inside.probe(ctx, &o, &output, target.open)
	}, target, &selectFlags{expectFlags: expectFlags{o: &o, completing: target}}, &askFlags{o: &o}, &policyFlags{o: &o}, &output)
	for _, newCommand := range []func(*program, *targetFlags) *cobra.Command{
		newMatrixCommand, newExplainCommand, newWhyCommand, newFixCommand, newPathsCommand, newLeastCommand, newPreflightCommand, newLockdownCommand,
	} {
		command := newCommand(&inside, target)
		command.Example = "" // it names objects that the demo does not have
		demo.AddCommand(command)
	}
	return demo
}
