// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// preflightFlags choose what is about to be applied, and by whom.
type preflightFlags struct {
	o          *scan.Options
	filenames  []string
	matrix     []string
	account    string
	completing targeter
}

func (f *preflightFlags) Add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.filenames, "filename", "f", nil, "What is about to be applied: files, folders, or - for stdin; repeatable")
	flags.StringArrayVar(&f.matrix, "matrix", nil, "Matrix files with your own expectations of what stays denied, overrides and waivers: files or folders; repeatable")
	flags.StringVarP(&f.o.Focus, "namespace", "n", "", "Namespace of the objects that apply it (default: the one namespace with objects of these names)")
	flags.StringVar(&f.account, "service-account", "", "Check what this service account, NAMESPACE/NAME, needs to apply it, in place of an object's account")
	flags.StringVar(&f.o.FluxNamespace, "flux-namespace", "", "Namespace that Flux runs in (default: $"+fluxNamespaceVariable+", else detected by its Deployments)")
	flags.BoolVar(&f.o.Exhaustive, "exhaustive", false, "Compare roles of any size with what the account holds")
	complete(cmd, "namespace", namespaces(f.completing))
	complete(cmd, "service-account", serviceAccounts(f.completing, &f.o.Focus))
	complete(cmd, "flux-namespace", namespaces(f.completing))
}

func (f *preflightFlags) Validate(p *program, cmd *cobra.Command) (err error) {
	if slices.Contains(f.matrix, "-") {
		return usagef("--matrix reads files and folders, not standard input")
	}
	if f.o.Files, err = scan.ReadMatrixFiles(p.In, f.matrix...); err != nil {
		return err
	}
	target, ok := f.completing.(*targetFlags)
	if demo := ok && target.demo; !demo && !cmd.Flags().Changed("flux-namespace") {
		f.o.FluxNamespace = os.Getenv(fluxNamespaceVariable)
	}
	return nil
}

// changes are what the arguments and flags name: KIND/NAME with -f, or several KIND/NAME=PATH.
func (f *preflightFlags) changes(p *program, args []string) ([]scan.Change, error) {
	var all []scan.Change
	for _, arg := range args {
		target, path, given := strings.Cut(arg, "=")
		switch {
		case !strings.Contains(target, "/"):
			return nil, usagef("%q is not KIND/NAME of what applies the objects, for example kustomization/apps", arg)
		case slices.ContainsFunc(all, func(c scan.Change) bool { return c.Target == target }):
			return nil, usagef("%s is named twice", target)
		case given && path == "":
			return nil, usagef("%q names no file or folder", arg)
		case given:
			all = append(all, scan.Change{Target: target, Paths: []string{path}})
		case len(args) > 1:
			return nil, usagef("of several objects each needs its files: %s=PATH", target)
		case len(f.filenames) == 0:
			return nil, usagef("what is %s about to apply? Name files or folders with -f, or as %s=PATH", target, target)
		default:
			all = append(all, scan.Change{Target: target, Paths: f.filenames})
		}
	}
	switch {
	case f.account != "" && len(args) > 0:
		return nil, usagef("--service-account is for what no object applies: leave out %s", args[0])
	case f.account != "":
		namespace, name, ok := strings.Cut(f.account, "/")
		if !ok || namespace == "" || name == "" || strings.Contains(name, "/") {
			return nil, usagef("--service-account %q: want NAMESPACE/NAME", f.account)
		}
		if len(f.filenames) == 0 {
			return nil, usagef("what is %s about to apply? Name files or folders with -f", f.account)
		}
		all = []scan.Change{{Account: matrix.ServiceAccount(namespace, name), Paths: f.filenames}}
	case len(all) == 0:
		return nil, usagef("name what applies the objects, for example kustomization/apps, or --service-account NAMESPACE/NAME")
	}
	return all, f.stdin(p, all)
}

// stdin reads standard input, once and for the change that names it.
func (f *preflightFlags) stdin(p *program, all []scan.Change) (err error) {
	reads := 0
	for i := range all {
		for _, path := range all[i].Paths {
			if path != "-" {
				continue
			}
			if reads++; reads > 1 {
				return usagef("only one - can read standard input")
			}
			if all[i].Stdin, err = io.ReadAll(p.In); err != nil {
				return err
			}
		}
	}
	if target, ok := f.completing.(*targetFlags); ok && reads > 0 {
		switch {
		case slices.Contains(target.manifests, "-"):
			return usagef("--manifests - and -f - both read standard input")
		case slices.Contains(target.assumed.texts, "file=-"):
			return usagef("--assume file=- and what is about to be applied both read standard input")
		}
	}
	return nil
}

func newPreflightCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	flags := &preflightFlags{o: &o, completing: target}
	output := reportFlags{byDefault: probeDefault, exits: true, change: true}
	return p.command(&cobra.Command{
		Use:   "preflight {KIND/NAME -f PATH | KIND/NAME=PATH… | --service-account NAMESPACE/NAME -f PATH}",
		Short: "Check whether a change can be applied, before Flux applies it",
		Args:  cobra.ArbitraryArgs,

		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if strings.Contains(toComplete, "=") {
				return nil, cobra.ShellCompDirectiveDefault // files
			}
			return fluxObjects(target, &o.Focus, toComplete)(cmd, args, toComplete)
		},
	}, func(ctx context.Context, args []string) (err error) {
		if o.Changes, err = flags.changes(p, args); err != nil {
			return err
		}
		return p.probe(ctx, &o, &output, target.open)
	}, target, flags, &askFlags{o: &o}, &admissionFlags{&o, target}, &policyFlags{o: &o, live: true}, &output)
}
