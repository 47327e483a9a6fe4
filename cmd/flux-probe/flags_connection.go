// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// connectionFlags are kubectl's flags that choose a cluster and who asks it.
type connectionFlags struct {
	config *genericclioptions.ConfigFlags
}

// connectionFlag is the annotation of the flags in the group.
const connectionFlag = "connection"

func isConnectionFlag(f *pflag.Flag) bool { return f.Annotations[connectionFlag] != nil }

func (f *connectionFlags) Add(cmd *cobra.Command) {
	f.config = genericclioptions.NewConfigFlags(true)
	f.config.Namespace = nil // our --namespace restricts what is probed, and does not follow the context
	flags := pflag.NewFlagSet("connection", pflag.ContinueOnError)
	f.config.AddFlags(flags)
	flags.Lookup("as").Usage = "User name to ask as; --service-account selects the account that is asked about"
	flags.VisitAll(func(flag *pflag.Flag) { flag.Annotations = map[string][]string{connectionFlag: {"yes"}} })
	cmd.Flags().AddFlagSet(flags)
	complete(cmd, "context", f.inKubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.Contexts)) }))
	complete(cmd, "cluster", f.inKubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.Clusters)) }))
	complete(cmd, "user", f.inKubeconfig(func(c clientcmdapi.Config) []string { return slices.Collect(maps.Keys(c.AuthInfos)) }))
}

// target is the cluster that the flags name. Nothing is asked yet.
func (f *connectionFlags) target() (scan.Target, error) {
	c, err := f.open()
	if err != nil {
		return scan.Target{}, err
	}
	return scan.Cluster(c, f.kubeconfig().Name()), nil
}

func (f *connectionFlags) open() (*cluster.Cluster, error) {
	return cluster.OpenKubeconfig(f.kubeconfig(), readBuild().Version)
}

func (f *connectionFlags) kubeconfig() cluster.Kubeconfig {
	return cluster.Kubeconfig{Config: f.config.ToRawKubeConfigLoader(), Context: *f.config.Context, Server: *f.config.APIServer}
}

// to returns the flags with another context. The values cannot be shared, because ConfigFlags
// remembers what it loaded.
func (f *connectionFlags) to(context string) connectionFlags {
	c, from := genericclioptions.NewConfigFlags(true), f.config
	c.Namespace = nil
	c.CacheDir, c.KubeConfig, c.Context = from.CacheDir, from.KubeConfig, &context
	c.AuthInfoName, c.Impersonate, c.ImpersonateUID, c.ImpersonateGroup = from.AuthInfoName, from.Impersonate, from.ImpersonateUID, from.ImpersonateGroup
	c.ImpersonateUserExtra, c.Timeout, c.DisableCompression = from.ImpersonateUserExtra, from.Timeout, from.DisableCompression
	return connectionFlags{c}
}

// targetFlags choose what is probed: a cluster, or manifests. The demo leaves no choice.
type targetFlags struct {
	connectionFlags
	demo        bool
	manifests   []string
	kubeVersion string
	assumed     assumeFlags
}

func (f *targetFlags) Add(cmd *cobra.Command) {
	f.assumed.Add(cmd)
	if f.demo {
		return
	}
	f.connectionFlags.Add(cmd)
	cmd.Flags().StringArrayVar(&f.manifests, "manifests", nil, "Evaluate these manifests (files, folders, or - for stdin) instead of a cluster")
	cmd.Flags().StringVar(&f.kubeVersion, "kube-version", "", "With --manifests, the Kubernetes version that they are for, for example v1.37 (default: the newest known)")
}

func (f *targetFlags) Validate(p *program, cmd *cobra.Command) error {
	if err := f.assumed.Validate(p, cmd); err != nil {
		return err
	}
	if f.kubeVersion != "" && len(f.manifests) == 0 {
		return usagef("--kube-version has an effect only with --manifests: a cluster reports its own version")
	}
	var err error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if err == nil && isConnectionFlag(flag) && len(f.manifests) > 0 {
			err = usagef("--%s has no effect with --manifests: no cluster is asked", flag.Name)
		}
	})
	return err
}

// open reads the target that the flags name, with options o.
func (f *targetFlags) open(ctx context.Context, p *program, o scan.Options) (s *scan.Scan, err error) {
	if o.Target, err = f.read(p.In); err != nil {
		return nil, err
	}
	o.Assume = f.assumed.list
	s, err = scan.Open(ctx, o)
	f.assumed.made = err == nil
	return s, err
}

// after says what was assumed, once the result is printed.
func (f *targetFlags) after(p *program, cmd *cobra.Command) { f.assumed.after(p, cmd) }

// read is what the flags name, with manifests from stdin where they name it.
func (f *targetFlags) read(stdin io.Reader) (scan.Target, error) {
	switch {
	case f.demo:
		return scan.Demo(), nil
	case len(f.manifests) > 0:
		return scan.Manifests(stdin, f.kubeVersion, f.manifests...), nil
	default:
		return f.connectionFlags.target()
	}
}

// target is what the flags name, for completion: the standard input of a shell is left alone.
func (f *targetFlags) target() (scan.Target, error) { return f.read(strings.NewReader("")) }
