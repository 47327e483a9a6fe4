// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// kubectlCompletion is the name of the executable that kubectl asks for completions, and what it has to
// do (k8s.io/kubectl pkg/cmd/plugin/plugin_completion.go@v0.37.2).
const (
	kubectlCompletion = "kubectl_complete-flux_probe"
	kubectlScript     = "#!/bin/sh\nexec kubectl flux-probe __complete \"$@\"\n"
)

// addCompletion adds cobra's command for the shells, and ours for kubectl. A plugin has no command of its
// own that a shell could complete: flux and kubectl complete theirs.
func addCompletion(p *program, root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		shells := cmd.Commands()
		cmd.Args = cobra.ArbitraryArgs
		p.command(cmd, func(_ context.Context, args []string) error {
			if len(args) > 0 {
				return unknownShell(cmd)
			}
			return cmd.Help()
		})
		if p.name != "flux-probe" {
			cmd.RemoveCommand(shells...)
		}
		cmd.AddCommand(newKubectlCompletionCommand(p))
	}
}

func newKubectlCompletionCommand(p *program) *cobra.Command {
	return p.command(&cobra.Command{
		Use:   "kubectl [FOLDER]",
		Short: "Write the executable by which kubectl completes kubectl flux-probe",
		Args:  arguments("one folder at most", 0, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}, func(_ context.Context, args []string) error {
		if len(args) == 0 {
			_, err := fmt.Fprint(p.Out, kubectlScript)
			return err
		}
		return writeExecutable(filepath.Join(args[0], kubectlCompletion), kubectlScript)
	})
}

// writeExecutable writes a file that can be run; one that is there already may lack the permission.
func writeExecutable(path, content string) error {
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		return exitError{exitUsage, err}
	}
	return os.Chmod(path, 0o755)
}
