// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

func newFixCommand(o *options, s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fix",
		Short: "Print the RBAC that grants what is missing, and what to take away",
		Long: `Fix probes, and prints the Roles, ClusterRoles and bindings that grant exactly
what is missing: one role for each account and scope, with the checks that need
it. What is too much is named in comments: the binding or the rule to take away,
and what else would be lost with it. Missing rights that are warnings are granted
with --fail-on warning. Accounts that do not exist are granted nothing: whoever
creates them would have it.

It prints, and changes nothing; read it before you apply it. Its exit status is 0
whatever it finds.`,
		Example: `  flux-probe fix
  flux-probe fix --only tenants -n apps
  flux-probe fix --service-account apps/dev-team | kubectl diff -f -
  flux-probe fix --manifests clusters/prod/`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validateYAML(); err != nil {
				return err
			}
			text, err := o.fix(cmd.Context(), s)
			if err != nil {
				return err
			}
			_, err = s.Out.Write(text)
			return err
		},
	}
	o.addProbeFlags(cmd.Flags())
	return cmd
}

// validateYAML is validate for a command that prints nothing but YAML.
func (o *options) validateYAML() error {
	if err := o.validate(); err != nil || o.output == "" {
		return err
	}
	return oneOf("output", o.output, []string{"yaml"})
}

func (o *options) fix(ctx context.Context, s streams) ([]byte, error) {
	session, err := o.session(ctx, s)
	if err != nil {
		return nil, err
	}
	run, read, err := session.load(ctx, flux.Profile(o.profile))
	if err != nil {
		return nil, err
	}
	if len(run.Matrix.Expectations) == 0 {
		return nil, fmt.Errorf("nothing to go by: %s: %s", o.nothing().What, o.nothing().Why)
	}
	memory := probe.NewMemory(session.reviewer(nil))
	line := newProgress(o, s)
	defer line.done()
	prober := probe.Prober{Reviewer: memory, Concurrency: o.concurrency, Progress: line.reviews}
	var findings []probe.Finding
	for f := range prober.Run(ctx, run.Matrix) {
		findings = append(findings, f)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(findings, func(a, b probe.Finding) int { return a.Index - b.Index })
	r := newRemedy(read, memory, run.Matrix)
	for _, f := range findings {
		if wanted := f.Severity == matrix.Error || f.Severity == matrix.Warning && o.failOn == "warning"; f.Failed() && wanted {
			r.take(ctx, f, run.Matrix.Expectations[f.Index])
		} else if f.Failed() && f.Severity == matrix.Warning {
			r.warnings++
		}
	}
	return r.text(&bytes.Buffer{})
}
