// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"slices"
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

// program is what every command needs.
type program struct {
	streams
	name string // how the user called it: flux-probe, flux probe or kubectl flux-probe
}

// run is the whole program and returns the exit status. path is how it was called.
func run(path string, args []string, s streams) int {
	// Without this, writing to a closed pipe would end the program by a signal. As an error it ends with
	// status 3: the report is not there in full.
	signal.Ignore(syscall.SIGPIPE)
	// client-go logs on its own. Its lines would garble the result, and its errors are reported anyway.
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	// net/http logs what a broken server sends unasked, by the standard logger.
	log.SetOutput(io.Discard)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once

	p := &program{streams: s, name: calledAs(path)}
	root := newRoot(p)
	root.SetArgs(args)
	err := p.hint(root.ExecuteContext(ctx))
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = exitError{exitInterrupted, errors.New("interrupted before the first answer")}
	}
	closed := errors.Is(err, syscall.EPIPE) // as by head, which has what it wanted
	if err != nil && err.Error() != "" && !closed {
		_, _ = fmt.Fprintln(s.Err, p.name+":", err)
	}
	return exitCode(err)
}

func newRoot(p *program) *cobra.Command {
	root := newProbeCommand(p)
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: p.name}
	root.SilenceErrors, root.SilenceUsage, root.DisableFlagsInUseLine = true, true, true
	root.SuggestionsMinimumDistance = 2
	addVersionFlag(root, p)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(usage)
	root.AddCommand(
		newMatrixCommand(p, new(targetFlags)), newExplainCommand(p, new(targetFlags)), newWhyCommand(p, new(targetFlags)), newFixCommand(p, new(targetFlags)),
		newPathsCommand(p, new(targetFlags)), newLeastCommand(p, new(targetFlags)), newPreflightCommand(p, new(targetFlags)), newLockdownCommand(p, new(targetFlags)),
		newRBACCommand(p),
		newShowCommand(p), newDiffCommand(p), newDemoCommand(p), newVersionCommand(p), newCommandsCommand(p),
	)
	addCompletion(p, root)
	return root
}

// flagGroup is a set of flags that belong together. Each command has the groups that have an effect on it.
type flagGroup interface {
	Add(*cobra.Command)
	Validate(*program, *cobra.Command) error
}

// helpTexts are what --help prints above the flags, a file for each command.
//
//go:embed help/*.txt
var helpTexts embed.FS

// command completes cmd with its help text and flags, and runs it once all flags are valid.
func (p *program) command(cmd *cobra.Command, run func(ctx context.Context, args []string) error, groups ...flagGroup) *cobra.Command {
	if text, err := helpTexts.ReadFile("help/" + cmd.Name() + ".txt"); err == nil {
		about, examples, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), "\n\nExamples:\n")
		cmd.Long, cmd.Example = about, strings.ReplaceAll(examples, "flux-probe", p.name)
	}
	for _, g := range groups {
		g.Add(cmd)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, g := range groups {
			if err := g.Validate(p, cmd); err != nil {
				return err
			}
		}
		ctx := cmd.Context()
		for _, g := range groups {
			if limited, ok := g.(interface {
				limit(context.Context) (context.Context, context.CancelFunc)
			}); ok {
				var cancel context.CancelFunc
				ctx, cancel = limited.limit(ctx)
				defer cancel()
			}
		}
		err := run(ctx, args)
		for _, g := range groups {
			if last, ok := g.(interface {
				after(*program, *cobra.Command)
			}); ok {
				last.after(p, cmd)
			}
		}
		return timedOut(ctx, err)
	}
	return cmd
}

// arguments refuses any other number of arguments than counts; want is what the command takes.
func arguments(want string, counts ...int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(counts, len(args)) {
			return usagef("%s takes %s; see %s --help", cmd.Name(), want, cmd.CommandPath())
		}
		return nil
	}
}

// noArguments refuses arguments, and names the command that may have been meant.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		if args[0] == "check" { // as in flux check
			return usagef("unknown command %q; to check, run %s without a command", args[0], cmd.CommandPath())
		}
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return usagef("unknown command %q; did you mean %s?", args[0], strings.Join(near, " or "))
		}
		return usagef("unknown command %q; see %s --help", args[0], cmd.CommandPath())
	}
	return usagef("unexpected argument %q; see %s --help", args[0], cmd.CommandPath())
}
