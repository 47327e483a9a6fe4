// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// liveSide is the prefix of a side of a diff that is a cluster.
const liveSide = "cluster:"

func newDiffCommand(o *options, s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two reports, or a report and a cluster",
		Long: `Diff shows the checks that appeared or disappeared between two reports, those
with another verdict or severity, and rights that are held by another grant. A
side is a file that -o json or -o yaml wrote, - for standard input, or
cluster:CONTEXT, which is probed with the other flags; cluster: alone is the
current context, or the cluster that --context, --server and the like name. Exit
status 0 means no differences, 1 that there are some.`,
		Example: `  flux-probe diff before.json after.json
  flux-probe diff before.json cluster:
  flux-probe diff cluster:staging cluster:prod -o markdown`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("diff takes two sides, files or cluster:CONTEXT; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			if o.output != "" {
				if err := oneOf("output", o.output, ui.DiffFormats()); err != nil {
					return err
				}
			}
			if flag := o.forNobody(args); flag != "" {
				return usagef("--%s: no side is %s, the cluster that it leads to", flag, liveSide)
			}
			var sides [2]*probe.Report
			for i, arg := range args {
				var err error
				if sides[i], err = o.side(cmd.Context(), s, arg); err != nil {
					return err
				}
			}
			changes := probe.Diff(sides[0], sides[1])
			if err := ui.WriteDiff(s.Out, cmp.Or(o.output, "table"), changes, o.uiOptions(s)); err != nil {
				return err
			}
			if len(changes) > 0 {
				return exitError{code: exitFail}
			}
			return nil
		},
	}
}

// side is a saved report, or that of a cluster that is probed now.
func (o *options) side(ctx context.Context, s streams, arg string) (*probe.Report, error) {
	name, live := strings.CutPrefix(arg, liveSide)
	if !live {
		report, err := readReport(s.In, arg)
		if err != nil {
			return nil, exitError{exitUsage, err}
		}
		return report, nil
	}
	there := *o
	if name != "" {
		there.connection = o.connectionTo(name)
	}
	session, err := there.session(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	line := newProgress(o, s)
	defer line.done()
	run, read, err := session.load(ctx, flux.Profile(o.profile))
	if err != nil {
		return nil, err
	}
	report := session.probe(ctx, run, read, line)
	if report.Interrupted {
		return nil, context.Cause(ctx)
	}
	return report, nil
}

// forNobody is a flag that leads to a cluster when no side is the one of the flags, "" when none was given.
func (o *options) forNobody(sides []string) string {
	c := o.connection
	for _, flag := range []struct {
		name  string
		value *string
	}{
		{"context", c.Context}, {"cluster", c.ClusterName}, {"server", c.APIServer}, {"token", c.BearerToken}, {"tls-server-name", c.TLSServerName},
		{"certificate-authority", c.CAFile}, {"client-certificate", c.CertFile}, {"client-key", c.KeyFile},
	} {
		if value := flag.value; value != nil && *value != "" && !slices.Contains(sides, liveSide) {
			return flag.name
		}
	}
	return ""
}

// connectionTo is the connection of the flags to another context: the flags cannot be shared, because
// what they were loaded from is remembered.
func (o *options) connectionTo(name string) *genericclioptions.ConfigFlags {
	c := genericclioptions.NewConfigFlags(true)
	from := o.connection
	c.Namespace = nil
	c.CacheDir, c.KubeConfig, c.Context = from.CacheDir, from.KubeConfig, &name
	c.AuthInfoName, c.Impersonate, c.ImpersonateUID, c.ImpersonateGroup = from.AuthInfoName, from.Impersonate, from.ImpersonateUID, from.ImpersonateGroup
	c.ImpersonateUserExtra, c.Timeout, c.DisableCompression = from.ImpersonateUserExtra, from.Timeout, from.DisableCompression
	return c
}
