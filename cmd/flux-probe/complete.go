// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// completionTime bounds what a completion may wait for the cluster.
const completionTime = 2 * time.Second

// addCompletions registers what the shell offers for the values of flags: choices, what the
// kubeconfig holds, and the namespaces of the cluster. What cannot be read completes nothing. A flag that is
// not there is a mistake of this file, which any call meets.
func (o *options) addCompletions(cmd *cobra.Command) {
	register := func(flag string, f cobra.CompletionFunc) {
		if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
			panic(err)
		}
	}
	fixed := map[string][]string{
		"profile": names(flux.Profiles()),
		"only":    sectionNames(),
		"fail-on": {"error", "warning"},
		"color":   {"auto", "always", "never"},
		"output":  outputs(),
	}
	live := map[string]func(context.Context) ([]string, error){
		"context":         o.kubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.Contexts)) }),
		"cluster":         o.kubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.Clusters)) }),
		"user":            o.kubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.AuthInfos)) }),
		"namespace":       o.namespaces,
		"flux-namespace":  o.namespaces,
		"service-account": o.serviceAccounts,
	}
	for flag, values := range fixed {
		register(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	for flag, values := range live {
		register(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
			defer cancel()
			found, err := values(ctx)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			slices.Sort(found)
			return found, cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// kubeconfig completes from the kubeconfig, without a network.
func (o *options) kubeconfig(names func(clientcmdapi.Config) []string) func(context.Context) ([]string, error) {
	return func(context.Context) ([]string, error) {
		raw, err := o.connection.ToRawKubeConfigLoader().RawConfig()
		if err != nil {
			return nil, err
		}
		return names(raw), nil
	}
}

func (o *options) namespaces(ctx context.Context) ([]string, error) {
	c, err := o.open()
	if err != nil {
		return nil, err
	}
	return c.Namespaces(ctx)
}

func (o *options) serviceAccounts(ctx context.Context) ([]string, error) {
	c, err := o.open()
	if err != nil {
		return nil, err
	}
	return c.ServiceAccounts(ctx, o.namespace)
}
