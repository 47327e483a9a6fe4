// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// completeExplain completes the arguments of explain: a code, an object or an account; then a verb; then a
// resource that has the verb.
func completeExplain(t targeter, namespace *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 1 && strings.Contains(args[0], "/"):
			return resources(t, func(r snapshot.Resource) []string { return r.Verbs })(cmd, args, toComplete)
		case len(args) == 2:
			return resources(t, func(r snapshot.Resource) []string {
				if !r.Has(args[1]) && args[1] != "*" && !matrix.IsAuthorizerVerb(args[1]) {
					return nil
				}
				return []string{matrix.Access{Group: r.Group, Resource: r.Resource, Subresource: r.Subresource}.GroupResource()}
			})(cmd, args, toComplete)
		case len(args) > 0:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		accounts, directive := serviceAccounts(t, new(string))(cmd, args, toComplete)
		objects, _ := fluxObjects(t, namespace, toComplete)(cmd, args, toComplete)
		return slices.Concat(accounts, objects, codes()), directive
	}
}

func codes() []string {
	all := docs.Codes()
	for i, code := range all {
		all[i] = cobra.CompletionWithDesc(code, title(code))
	}
	return all
}

// resources completes what of returns for the resources that are served, each once.
func resources(t targeter, of func(snapshot.Resource) []string) cobra.CompletionFunc {
	return inTarget(t, func(ctx context.Context, target scan.Target) ([]string, error) {
		served, err := target.Resources(ctx)
		var all []string
		for _, r := range served {
			all = append(all, of(r)...)
		}
		slices.Sort(all)
		return slices.Compact(all), err
	})
}

// fluxObjects completes KIND/NAME: the kinds, and the names once the kind is typed.
func fluxObjects(t targeter, namespace *string, toComplete string) cobra.CompletionFunc {
	kind, _, named := strings.Cut(strings.ToLower(toComplete), "/")
	return inTarget(t, func(ctx context.Context, target scan.Target) ([]string, error) {
		kinds, err := target.FluxKinds(ctx)
		var all []string
		for _, k := range kinds {
			prefix := strings.ToLower(k.Kind) + "/"
			switch {
			case !named:
				all = append(all, prefix)
			case prefix == kind+"/":
				names, err := target.Objects(ctx, k, *namespace)
				if err != nil {
					return nil, err
				}
				for _, name := range names {
					all = append(all, prefix+name)
				}
			}
		}
		return all, err
	})
}
