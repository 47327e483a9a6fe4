// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/ui"
)

func newMatrixCommand(o *options, s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "matrix",
		Short: "Print what would be asked and why, without asking",
		Long: `Matrix reads the cluster, derives every expectation from what is there, and
prints them with the number of checks and of distinct reviews that a run would
ask. It asks nothing about anybody. As yaml it prints a matrix file, as json a
document with the origin and all ways of each check.`,
		Example: `  flux-probe matrix
  flux-probe matrix --profile required --only controllers -o wide
  flux-probe matrix -o json

  # The built-in expectations as a matrix file, to be edited and used in their place
  flux-probe matrix -o yaml > rules.yaml
  flux-probe -f rules.yaml --builtin=false

  # What a matrix file comes to on this cluster
  flux-probe matrix -f rules.yaml --only custom`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			if err := o.validateMatrixOutput(); err != nil {
				return err
			}
			session, err := o.connect(cmd.Context(), s)
			if err != nil {
				return err
			}
			run, _, err := session.load(cmd.Context(), flux.Profile(o.profile))
			if err != nil {
				return err
			}
			return ui.WriteMatrix(s.Out, cmp.Or(o.output, "table"), run.Matrix, &run.Report, o.uiOptions(s))
		},
	}
}
