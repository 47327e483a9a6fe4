// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

func newExplainCommand(o *options, s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain {NAMESPACE/ACCOUNT VERB RESOURCE[.GROUP][/SUBRESOURCE][/NAME] | KIND/NAME | CODE}",
		Short: "Say why an account may do something or may not, and what to change",
		Long: `Explain asks the API server about one access, and says by RBAC what grants it, or
what nearly does; which objects depend on it, and the smallest change that would
settle it. Of an object of Flux it explains every check that fails, and of a code
it prints what the check means. -n is the namespace of the access or the object;
without it an access is one in all namespaces.

Its exit status is 0 whatever the answer is.`,
		Example: `  flux-probe explain apps/dev-team delete deployments.apps -n apps
  flux-probe explain flux-system/source-controller get leases.coordination.k8s.io
  flux-probe explain apps/dev-team create pods/exec -n flux-system -o json
  flux-probe explain kustomization/apps -n apps
  flux-probe explain FP401`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 3 {
				return usagef("explain takes an account, a verb and a resource, or an object, or a code; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
			defer cancel()
			accounts, _ := o.serviceAccounts(ctx)
			return append(accounts, docs.Codes()...), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validate(); err != nil {
				return err
			}
			if o.output != "" {
				if err := oneOf("output", o.output, ui.ExplanationFormats()); err != nil {
					return err
				}
			}
			if len(args) == 1 && !strings.Contains(args[0], "/") {
				return explainCode(s, args[0])
			}
			e, err := o.explain(cmd.Context(), s, args)
			if err != nil {
				return err
			}
			return ui.WriteExplanation(s.Out, cmp.Or(o.output, "table"), e, o.uiOptions(s))
		},
	}
}

func explainCode(s streams, code string) error {
	text := docs.Check(strings.ToUpper(code))
	if text == "" {
		return usagef("%q is neither a code nor KIND/NAME; the codes are %s", code, strings.Join(docs.Codes(), ", "))
	}
	_, err := fmt.Fprintf(s.Out, "%s\n\n%s\n", strings.ToUpper(code), text)
	return err
}

// explain reads, and explains the access or the object that args name.
func (o *options) explain(ctx context.Context, s streams, args []string) (*ui.Explained, error) {
	session, err := o.session(ctx, s)
	if err != nil {
		return nil, err
	}
	r, err := session.read(ctx)
	if err != nil {
		return nil, err
	}
	all := *o
	all.namespace, all.only, all.serviceAccount = "", nil, "" // here -n is that of the access
	m, err := all.derive(r.snapshot, flux.Profile(o.profile))
	if err != nil {
		return nil, err
	}
	x := explainer{reading: r, matrix: m, reviewer: probe.NewMemory(session.reviewer(nil)), clustery: session.cluster != nil}
	var e *ui.Explained
	if len(args) == 3 {
		e, err = x.explainAccess(ctx, args, o.namespace)
	} else {
		e, err = x.explainObject(ctx, args[0], o.namespace, o.concurrency)
	}
	if err != nil {
		return nil, err
	}
	e.Source = session.source
	return e, nil
}

func (x explainer) explainAccess(ctx context.Context, args []string, namespace string) (*ui.Explained, error) {
	subject, err := parseAccount(x.snapshot, args[0])
	if err != nil {
		return nil, err
	}
	attributes, err := parseAccess(x.snapshot, args[1], args[2], namespace)
	if err != nil {
		return nil, err
	}
	review := matrix.Review{Subject: subject, Attributes: attributes}
	explanation := x.access(ctx, review)
	e := &ui.Explained{About: strings.Join(args, " "), Checks: len(explanation.Checks)}
	if x.next(&explanation, review) {
		if e.Grant, err = grant([]matrix.Review{review}); err != nil {
			return nil, err
		}
	}
	e.Explanations = []ui.Explanation{explanation}
	if namespace != "" {
		e.About += " in " + namespace
	}
	for _, d := range explanation.Checks {
		if d.Want == matrix.Allow && explanation.Verdict == ui.Allowed || d.Want == matrix.Deny && explanation.Verdict == ui.NotAllowed {
			e.AsExpected++
		}
	}
	e.Chain = chainsOf(x.snapshot, subject)
	return e, nil
}

// mostChains is how many objects of an account are named one by one.
const mostChains = 5

// chainsOf says for what an account is used.
func chainsOf(s *flux.Snapshot, account matrix.Subject) []string {
	var lines []string
	controllers := map[string]bool{}
	for _, c := range flux.Chains(s) {
		switch {
		case c.Account == account && c.By != "":
			lines = append(lines, probe.Printable(c.String()))
		case c.Controller == account && !controllers[c.Deployment]:
			controllers[c.Deployment] = true
			lines = append(lines, probe.Printable(c.Deployment+" runs as "+account.String()))
		}
	}
	if n := len(lines) - mostChains; n > 1 {
		lines = append(lines[:mostChains], fmt.Sprintf("and %d more", n))
	}
	return slices.Compact(lines)
}
