// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/admission"
)

// Flags that the next command needs as well: what all commands take to reach the same target and expect the same, and
// what chooses the checks. Secrets are in neither.
var (
	targetNames = []string{
		"kubeconfig", "context", "cluster", "user", "server", "as", "as-group", "as-uid", "as-user-extra", "tls-server-name",
		"insecure-skip-tls-verify", "certificate-authority", "client-certificate", "client-key", "manifests", "kube-version",
		"flux-namespace", "flux-version", "filename", "assume", "builtin", "profile", "exact", "strict", "exhaustive", "max-reviews",
	}
	choiceNames = []string{"namespace", "service-account", "only", "baseline"}
)

// typedFlags are flags of a command with the values that the user gave them, as they are typed, each with a space before.
func typedFlags(cmd *cobra.Command, names []string) string {
	var b strings.Builder
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(names, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			b.WriteString(" --" + f.Name)
			switch {
			case f.NoOptDefVal == "":
				b.WriteString(" " + safetext.Quote(value))
			case value != f.NoOptDefVal:
				b.WriteString("=" + safetext.Quote(value))
			}
		}
	})
	return b.String()
}

// nextCommand is the command that fixes what failed in a report, "" where it would need what only the user has: a
// token, or what came by standard input. What is about to be applied is fixed in its files.
func (f *reportFlags) nextCommand(p *program, r *probe.Report) string {
	if f.secret || f.saved || f.change || slices.Contains(strings.Fields(f.target+f.choice), "-") {
		return ""
	}
	mends := func(p probe.Problem) bool { // what admission refuses, no RBAC mends; what a policy demands, it does
		return r.Findings[p.Checks[0]].Section != admission.Section || p.Fix.Patch != ""
	}
	if !slices.ContainsFunc(r.Problems, mends) {
		return ""
	}
	next := p.name + " fix" + f.target + f.choice
	severe := func(s matrix.Severity) bool {
		return slices.ContainsFunc(r.Problems, func(p probe.Problem) bool { return p.Severity == s })
	}
	if !severe(matrix.Error) && severe(matrix.Warning) {
		next += " --fail-on warning"
	}
	return next
}
