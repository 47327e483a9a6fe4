// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/manifests"
)

// demoFleet is a fleet with two installs of Flux, four tenants and a few honest mistakes.
//
//go:embed demo.yaml
var demoFleet []byte

func newDemoCommand(o *options, s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "demo",
		Short:       "Probe a small fleet that comes with flux-probe, without a cluster",
		Annotations: map[string]string{offline: "yes"},
		Long: `Demo probes the manifests of a small fleet that comes with flux-probe: two
installs of Flux, four tenants, and a few mistakes of the kind that people make.
No cluster is asked and no network is used. It ends with status 1, as a probe
that finds mistakes does.`,
		Example: `  flux-probe demo
  flux-probe demo -o table
  flux-probe demo -n shop -o wide`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			return o.run(cmd.Context(), s, o.demo())
		},
	}
	o.addProbeFlags(cmd.Flags())
	return cmd
}

// demo is a session on the fleet of the demo.
func (o *options) demo() *session {
	return &session{options: o, source: probe.FromDemo, context: "demo", files: func() (*manifests.Manifests, error) {
		return manifests.Read(bytes.NewReader(demoFleet), "-")
	}}
}
