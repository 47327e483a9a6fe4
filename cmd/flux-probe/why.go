// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/probe/why"
	"github.com/flux-probe/flux-probe/ui"
)

// whyFlags choose where Flux is and what is looked at.
type whyFlags struct {
	o          *scan.Options
	completing targeter
}

func (f *whyFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.o.Focus, "namespace", "n", "", "Only the objects of this namespace; with a text, that of objects that it names without one")
	cmd.Flags().StringVar(&f.o.FluxNamespace, "flux-namespace", "", "Namespace that Flux runs in (default: detected by its Deployments)")
	complete(cmd, "namespace", namespaces(f.completing))
	complete(cmd, "flux-namespace", namespaces(f.completing))
}

// Validate has nothing to refuse.
func (f *whyFlags) Validate(*program, *cobra.Command) error { return nil }

// mostPasted is how much text is read: a log of a day is not a line of it.
const mostPasted = 1 << 20

func newWhyCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	format := formatFlags{formats: ui.WhyFormats()}
	return p.command(&cobra.Command{
		Use:               "why [TEXT... | -]",
		Short:             "Explain a refusal in a pasted text, or why Flux objects are not ready",
		ValidArgsFunction: fluxObjectsFor(target, &o.Focus),
	}, func(ctx context.Context, args []string) error {
		text, err := pasted(p, target, args)
		if err != nil {
			return err
		}
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		var report *why.Report
		if len(args) > 0 {
			report, err = s.Why(ctx, text, o.Focus)
		} else {
			report, err = s.NotReady(ctx, o.Focus)
		}
		if err != nil {
			return err
		}
		done()
		if err := ui.WriteWhy(p.Out, format.output, report, format.options(p)); err != nil {
			return err
		}
		return resultExit(report.Result)
	}, target, &whyFlags{o: &o, completing: target}, &askFlags{o: &o}, &format)
}

// pasted is the text of the arguments, which people also give without quotes, or of the standard input.
func pasted(p *program, target *targetFlags, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		for _, file := range target.manifests {
			if file == "-" {
				return "", usagef("standard input can be the text or the manifests, not both")
			}
		}
		all, err := io.ReadAll(io.LimitReader(p.In, mostPasted+1))
		if err != nil {
			return "", fmt.Errorf("reading the text: %w", err)
		}
		if len(all) > mostPasted {
			return "", usagef("the text is longer than 1 MiB: give the lines that matter")
		}
		text = string(all)
	}
	if len(args) == 0 {
		return "", nil
	}
	return text, p.hint(scan.Recognize(text))
}

// fluxObjectsFor completes the names of Flux objects, which are texts as well.
func fluxObjectsFor(t targeter, namespace *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return fluxObjects(t, namespace, toComplete)(cmd, args, toComplete)
	}
}
