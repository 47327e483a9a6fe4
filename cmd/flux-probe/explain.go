// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// explainFlags choose what an explanation is about.
type explainFlags struct {
	expectFlags
	grant bool
}

func (f *explainFlags) Add(cmd *cobra.Command) {
	f.expectFlags.Add(cmd)
	cmd.Flags().StringVarP(&f.o.Focus, "namespace", "n", "", "Namespace of the access or of the object")
	cmd.Flags().BoolVar(&f.grant, "grant", false, "Also print the role that grants an access that no check needs")
	complete(cmd, "namespace", namespaces(f.completing))
}

func newExplainCommand(p *program, target *targetFlags) *cobra.Command {
	var o scan.Options
	flags := explainFlags{expectFlags: expectFlags{o: &o, completing: target}}
	format := formatFlags{formats: ui.ExplanationFormats()}
	return p.command(&cobra.Command{
		Use:               "explain {NAMESPACE/ACCOUNT VERB RESOURCE[.GROUP][/SUBRESOURCE][/NAME] | KIND/NAME | CODE}",
		Short:             "Explain why an account can or cannot do something, and what to change",
		Args:              arguments("an account, a verb and a resource, or an object, or a code", 1, 2, 3),
		ValidArgsFunction: completeExplain(target, &o.Focus),
	}, func(ctx context.Context, args []string) error {
		switch {
		case len(args) == 1 && !strings.Contains(args[0], "/"):
			return explainCode(p, args[0])
		case len(args) == 2 && strings.Contains(args[0], "/"):
			return usagef("explain takes an account, a verb and a resource; see %s explain --help", p.name)
		case len(args) == 2: // as kubectl takes it: KIND NAME
			args = []string{args[0] + "/" + args[1]}
		}
		show, done := p.progress(false)
		defer done()
		o.Progress = show
		s, err := target.open(ctx, p, o)
		if err != nil {
			return err
		}
		var report *explain.Report
		if len(args) == 1 {
			report, err = s.ExplainObject(ctx, args[0], o.Focus)
		} else {
			report, err = s.ExplainAccess(ctx, args[0], args[1], args[2], o.Focus, flags.grant)
		}
		if err != nil {
			return err
		}
		done()
		return ui.WriteExplanation(p.Out, format.output, report, format.options(p))
	}, target, &flags, &askFlags{o: &o}, &format)
}

func explainCode(p *program, code string) error {
	code = strings.ToUpper(code)
	if text := docs.PlainText(docs.Check(code)); text != "" {
		_, err := fmt.Fprintf(p.Out, "%s: %s\n\n%s\n", code, title(code), text)
		return err
	}
	var near []string
	for _, known := range docs.Codes() {
		if strings.HasPrefix(code, "FP") && len(code) > 2 && strings.HasPrefix(known, code) {
			near = append(near, "\n"+known+"  "+title(known))
		}
	}
	if len(near) > 0 {
		return usagef("there is no code %s; the codes that begin with it are:%s", code, strings.Join(near, ""))
	}
	return usagef("unknown target %q: use a code (FP401), KIND/NAME, or NAMESPACE/ACCOUNT VERB RESOURCE", code)
}

// title is that of a code in the catalogue.
func title(code string) string {
	for _, entry := range flux.Catalog() {
		if entry.Code == code {
			return entry.Title
		}
	}
	return ""
}
