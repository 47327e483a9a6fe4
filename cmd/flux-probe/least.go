// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

func newLeastCommand(o *options, s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "least [NAMESPACE/ACCOUNT]",
		Short: "Print the smallest roles that suffice, beside what there is",
		Long: `Least prints, for one account or for all that Flux works as, the smallest roles
that grant what is needed: for controllers what their code needs (--profile
required, unless another is given), for tenants what their inventories, charts
and health checks need, with impersonation by name only. In comments it says what
the account has, and what of that could be taken away. Nothing is asked.

That a reconciler is cluster-admin is left aside: it needs to be as long as
objects name no account.`,
		Example: `  flux-probe least apps/dev-team
  flux-probe least flux-system/kustomize-controller
  flux-probe least -n apps > roles.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("least takes one account at most; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.validateYAML(); err != nil {
				return err
			}
			if !cmd.Flags().Changed("profile") {
				o.profile = string(flux.Required)
			}
			text, err := o.least(cmd.Context(), s, args)
			if err != nil {
				return err
			}
			_, err = s.Out.Write(text)
			return err
		},
	}
}

func (o *options) least(ctx context.Context, s streams, args []string) ([]byte, error) {
	session, err := o.connect(ctx, s)
	if err != nil {
		return nil, err
	}
	run, read, err := session.load(ctx, flux.Profile(o.profile))
	if err != nil {
		return nil, err
	}
	if len(run.Matrix.Expectations) == 0 {
		return nil, fmt.Errorf("nothing to go by: %s: %s", o.nothing().What, o.nothing().Why)
	}
	only := matrix.Subject{}
	if len(args) > 0 {
		if only, err = parseAccount(read.snapshot, args[0]); err != nil {
			return nil, err
		}
	}
	needed := map[matrix.Subject][]matrix.Review{}
	constrained := map[matrix.Subject][]matrix.Review{}
	for _, e := range run.Matrix.Expectations {
		if only != (matrix.Subject{}) && e.Subject != only || !counts(e) {
			continue
		}
		needed[e.Subject] = append(needed[e.Subject], way(e)...)
		if e.Section == "impersonation" && len(e.Ways) > 1 {
			constrained[e.Subject] = append(constrained[e.Subject], e.Ways[1]...)
		}
	}
	if only != (matrix.Subject{}) && needed[only] == nil {
		needed[only] = nil // it needs nothing, and may have something
	}
	var b bytes.Buffer
	subjects := make([]matrix.Subject, 0, len(needed))
	for subject := range needed {
		subjects = append(subjects, subject)
	}
	slices.SortFunc(subjects, matrix.Subject.Compare)
	for _, subject := range subjects {
		if err := leastOf(&b, read, subject, needed[subject], constrained[subject]); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// counts says whether an expectation is a need: what must be allowed, but for exceptions, for what is
// for information, for the right to everything, and for impersonation of all accounts: those that
// are impersonated have needs of their own, by name.
func counts(e matrix.Expectation) bool {
	if access, ok := e.Access(); ok && access.Attributes.Verb == "impersonate" && access.Attributes.Name == "" {
		return false
	}
	return e.Want == matrix.Allow && e.Settled == "" && e.Refused == "" && e.Severity != matrix.Info && e.Section != "reconcilers"
}

// leastOf writes the roles of one account, and before them what it has.
func leastOf(b *bytes.Buffer, read *reading, subject matrix.Subject, reviews, constrained []matrix.Review) error {
	needs := rbac.Smallest(reviews)
	fmt.Fprintf(b, "---\n# %s\n", probe.Printable(subject.String()))
	if why := read.unread(); why != "" {
		fmt.Fprintf(b, "# What it has is not known in full: %s\n", why)
	}
	if n := appliedAs(read.snapshot, subject); n > 0 {
		fmt.Fprintf(b, "# needs besides what the objects apply that name no account: %d\n", n)
	}
	for _, h := range read.index().Held(subject) {
		if everybodys(h) {
			continue
		}
		fmt.Fprintf(b, "# has %s by %s%s\n", h.Role.Origin(), h.Binding.Origin(), toWhom(h, subject))
		beyond := h.Beyond(needs)
		if len(beyond) == 0 {
			b.WriteString("#   all of it is needed\n")
		}
		for _, rule := range beyond {
			fmt.Fprintf(b, "#   not needed: %s\n", probe.Printable(rbac.RuleText(rule)))
		}
	}
	if len(needs) == 0 {
		b.WriteString("# It needs nothing that was derived.\n")
	}
	for _, n := range needs {
		text, err := n.YAML(cmp.Or(n.Namespace, "everywhere"))
		if err != nil {
			return err
		}
		b.Write(text)
	}
	if len(constrained) > 0 {
		b.WriteString("---\n# In place of impersonate, Kubernetes 1.36 and later also take all of these:\n")
		for _, n := range rbac.Smallest(constrained) {
			for _, rule := range n.Rules {
				fmt.Fprintf(b, "#   %s: %s\n", cmp.Or(n.Namespace, "everywhere"), probe.Printable(rbac.RuleText(rule)))
			}
		}
	}
	return nil
}

// everybodys are the roles that Kubernetes gives to every account.
func everybodys(h rbac.Held) bool {
	return h.Subject.Kind == matrix.KindGroup && h.Role.Labels["kubernetes.io/bootstrapping"] != "" && h.Binding.Labels["kubernetes.io/bootstrapping"] != ""
}

// appliedAs counts the objects whose content is applied as the controller's own account.
func appliedAs(s *flux.Snapshot, subject matrix.Subject) int {
	n := 0
	for _, c := range flux.Chains(s) {
		if c.Applies && c.Account == subject && c.By == "" && !c.Remote {
			n++
		}
	}
	return n
}

func toWhom(h rbac.Held, subject matrix.Subject) string {
	if h.Subject == subject {
		return ""
	}
	return ", as all of " + h.Subject.String()
}
