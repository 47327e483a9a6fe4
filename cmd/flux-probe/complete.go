// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// completionTimeout limits how long a completion waits for the cluster.
const completionTimeout = 2 * time.Second

// complete registers what the shell offers for the value of a flag. A flag that does not exist is a
// mistake in this package, and every call of the program meets it.
func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err)
	}
}

// unknownShell is the error of the command completion for the name of a shell that it does not know.
func unknownShell(cmd *cobra.Command) error {
	var shells []string
	for _, c := range cmd.Commands() {
		shells = append(shells, c.Name())
	}
	return usagef("completion takes the name of a shell: %s", strings.Join(shells, ", "))
}

func choices(values []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// savedReport completes the file of a report.
func savedReport(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

// lookup completes from what find returns. What cannot be read completes nothing.
func lookup(find func(context.Context) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
		defer cancel()
		found, err := find(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		slices.Sort(found)
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// inKubeconfig completes from the kubeconfig, without a network.
func (f *connectionFlags) inKubeconfig(names func(clientcmdapi.Config) []string) cobra.CompletionFunc {
	return lookup(func(context.Context) ([]string, error) {
		raw, err := f.config.ToRawKubeConfigLoader().RawConfig()
		return names(raw), err
	})
}

// targeter names what is probed.
type targeter interface{ target() (scan.Target, error) }

// inTarget completes from what is probed.
func inTarget(t targeter, find func(context.Context, scan.Target) ([]string, error)) cobra.CompletionFunc {
	return lookup(func(ctx context.Context) ([]string, error) {
		target, err := t.target()
		if err != nil {
			return nil, err
		}
		return find(ctx, target)
	})
}

func namespaces(t targeter) cobra.CompletionFunc {
	return inTarget(t, func(ctx context.Context, target scan.Target) ([]string, error) { return target.Namespaces(ctx) })
}

// serviceAccounts completes the service accounts of a namespace as NAMESPACE/NAME, of all when it is empty.
func serviceAccounts(t targeter, namespace *string) cobra.CompletionFunc {
	return inTarget(t, func(ctx context.Context, target scan.Target) ([]string, error) {
		return target.ServiceAccounts(ctx, *namespace)
	})
}

// firstAccount completes the one argument of a command, a service account.
func firstAccount(t targeter) cobra.CompletionFunc {
	accounts := serviceAccounts(t, new(string))
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return accounts(cmd, args, toComplete)
	}
}

// formatOrFile completes a format and, behind its equals sign, a file.
func formatOrFile(formats []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if strings.Contains(toComplete, "=") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return formats, cobra.ShellCompDirectiveNoFileComp
	}
}
