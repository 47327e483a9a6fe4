// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"k8s.io/klog/v2"
)

// streams are the program's three files; tests give others.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// run is the program: it returns the exit status. program is how it was called.
func run(program string, args []string, s streams) int {
	// Without this, writing to a closed pipe would end the program by a signal; as an error it
	// is said and gives status 3.
	signal.Ignore(syscall.SIGPIPE)
	// client-go logs on its own; its lines would garble the result, and errors are told anyway.
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once

	root := newRoot(commandName(program), s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || exitCode(err) == exitUndetermined) {
		err = exitError{exitInterrupted, errors.New("interrupted before the first answer")}
	}
	if err != nil && err.Error() != "" {
		_, _ = fmt.Fprintln(s.Err, commandName(program)+":", err)
	}
	return exitCode(err)
}

// commandName is what the user typed: a plugin's executable is called by flux or kubectl.
func commandName(program string) string {
	name := strings.TrimSuffix(filepath.Base(program), ".exe")
	if plugin, ok := strings.CutPrefix(name, "kubectl-"); ok {
		return "kubectl " + strings.ReplaceAll(plugin, "_", "-")
	}
	return "flux-probe"
}

func newRoot(name string, s streams) *cobra.Command {
	o := newOptions()
	o.in = s.In
	root := &cobra.Command{
		Use:         "flux-probe",
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: name},
		Short:       "Ask a live cluster whether every Flux service account can do what it must, and nothing more",
		Long: `flux-probe finds every Flux service account in a cluster, works out what Flux
expects it to be allowed and what it must not be, asks the API server with
SubjectAccessReviews, and shows pass or fail. It changes nothing: it lists, gets
and creates access reviews, and it reads no Secret.

` + exitHelp,
		Example: strings.ReplaceAll(`  # Explore in the terminal; a table when the output is no terminal
  flux-probe

  # A smoke test after a deployment: exit status 1 when a check fails
  flux-probe --output table

  # Everything about one tenant's namespace
  flux-probe -n apps

  # What would be asked, and why, without asking
  flux-probe matrix

  # Rules and waivers of your own
  flux-probe -f rules.yaml -f waivers/

  # A table in the log, and reports for the tools of a pipeline
  flux-probe -o table -o junit=report.xml -o sarif=report.sarif

  # What these manifests would make of it, without a cluster
  flux-probe --manifests clusters/prod/ tenants/
  kustomize build . | flux-probe --manifests - -o table

  # Keep a report, look at it later without the cluster
  flux-probe -o json > report.json
  flux-probe show report.json

  # Fail only on what is new or worse; show what changed
  flux-probe -o table --baseline report.json
  flux-probe diff report.json cluster:`, "flux-probe", name),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(o.manifests) > 0 {
				o.manifests = append(o.manifests, args...)
				return nil
			}
			return noArguments(cmd, args)
		},
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return probeCommand(cmd.Context(), o, s)
		},
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see %s --help", err, cmd.CommandPath())
	})
	root.SetUsageFunc(usage(o))
	o.addConnectionFlags(root.PersistentFlags())
	o.addMatrixFlags(root.PersistentFlags())
	o.addOutputFlags(root.PersistentFlags())
	o.addProbeFlags(root.Flags())
	o.addCompletions(root)
	root.AddCommand(newMatrixCommand(o, s), newExplainCommand(o, s), newFixCommand(o, s), newLeastCommand(o, s), newShowCommand(o, s), newDiffCommand(o, s), newDemoCommand(o, s), newVersionCommand(s))
	return root
}

// noArguments refuses arguments, with the commands that there are.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return usagef("unknown command %q; did you mean %s?", args[0], strings.Join(near, " or "))
		}
		return usagef("unknown command %q; see %s --help", args[0], cmd.CommandPath())
	}
	return usagef("unexpected argument %q; see %s --help", args[0], cmd.CommandPath())
}
