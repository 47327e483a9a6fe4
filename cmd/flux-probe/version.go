// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is that of the build: of the module as go install fetched it, or the commit it was built
// from, else "devel".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

func newVersionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Short:       "Print the version of flux-probe",
		Annotations: map[string]string{offline: "yes"},
		Args:        noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.Out, "flux-probe", version())
			return err
		},
	}
}
