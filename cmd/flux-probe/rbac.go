// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// rightsFlags choose which RBAC is printed.
type rightsFlags struct{ r *scan.Rights }

func (f *rightsFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.r.Namespace, "namespace", "n", "", "Print Roles for probing only this namespace, in it and in that of Flux")
	cmd.Flags().BoolVar(&f.r.Admission, "admission", false, "Also let it impersonate service accounts, which --admission needs: whoever can do so can do what any of them can")
	cmd.Flags().StringVar(&f.r.FluxNamespace, "flux-namespace", "", "With --namespace, the namespace that Flux runs in (default: $"+fluxNamespaceVariable+", else flux-system)")
}

func (f *rightsFlags) Validate(_ *program, cmd *cobra.Command) error {
	if cmd.Flags().Changed("flux-namespace") {
		if f.r.Namespace == "" {
			return usagef("--flux-namespace has an effect only with --namespace: a ClusterRole is for all namespaces")
		}
		return nil
	}
	f.r.FluxNamespace = os.Getenv(fluxNamespaceVariable)
	return nil
}

func newRBACCommand(p *program) *cobra.Command {
	var r scan.Rights
	return p.command(&cobra.Command{
		Use:   "rbac [NAMESPACE/ACCOUNT | User:NAME | Group:NAME]",
		Short: "Print the RBAC that flux-probe itself needs",
		Args:  arguments("one subject at most", 0, 1),
	}, func(_ context.Context, args []string) (err error) {
		if r.Subject, err = parseSubject(strings.Join(args, "")); err != nil {
			return err
		}
		text, err := r.YAML()
		if err != nil {
			return err
		}
		_, err = p.Out.Write(text)
		return err
	}, &rightsFlags{&r})
}

// parseSubject reads the subject of a binding; "" is none.
func parseSubject(arg string) (matrix.Subject, error) {
	if arg == "" {
		return matrix.Subject{}, nil
	}
	for _, kind := range []string{matrix.KindUser, matrix.KindGroup} {
		if name, ok := strings.CutPrefix(arg, kind+":"); ok && name != "" {
			return matrix.Subject{Kind: kind, Name: name}, nil
		}
	}
	namespace, name, ok := strings.Cut(arg, "/")
	if !ok || namespace == "" || name == "" || strings.ContainsAny(namespace+name, "/:") {
		return matrix.Subject{}, usagef("%q: want NAMESPACE/NAME of a ServiceAccount, User:NAME or Group:NAME", arg)
	}
	return matrix.ServiceAccount(namespace, name), nil
}
