// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// admissionFlags choose whether admission is asked by dry-runs.
type admissionFlags struct {
	o      *scan.Options
	target *targetFlags
}

func (f *admissionFlags) Add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.o.Admission, "admission", false, "Also send dry-runs as the accounts of Flux, to learn what admission refuses; see rbac --admission for what that needs")
	cmd.Flags().IntVar(&f.o.MaxDryRuns, "max-dry-runs", scan.DefaultMaxDryRuns, "With --admission, the most dry-runs that are sent")
}

func (f *admissionFlags) Validate(_ *program, cmd *cobra.Command) error {
	switch {
	case !f.o.Admission && cmd.Flags().Changed("max-dry-runs"):
		return usagef("--max-dry-runs has an effect only with --admission")
	case f.o.MaxDryRuns < 1:
		return usagef("--max-dry-runs %d: at least 1 dry-run must be sent", f.o.MaxDryRuns)
	case f.o.Admission && f.target.demo:
		return usagef("the demo has no admission: leave out --admission")
	case f.o.Admission && len(f.target.manifests) > 0:
		return usagef("--admission has no effect with --manifests: no cluster is asked")
	case f.o.Admission && cmd.Flags().Changed("as"):
		return usagef("--admission and --as exclude each other: dry-runs are sent as the accounts of Flux, by the user of the kubeconfig")
	case f.o.Admission && cmd.Flags().Changed("assume"):
		return usagef("--admission and --assume exclude each other: admission answers for the cluster as it is")
	}
	return nil
}
