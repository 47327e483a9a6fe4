// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	utilversion "k8s.io/apimachinery/pkg/util/version"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe/compare"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// expectFlags choose what is expected of whom.
type expectFlags struct {
	o          *scan.Options
	filenames  []string
	builtin    bool
	completing targeter // completes values
}

func (f *expectFlags) Add(cmd *cobra.Command) {
	flags, o := cmd.Flags(), f.o
	flags.StringVar((*string)(&o.Profile), "profile", string(cmp.Or(o.Profile, flux.Release)),
		"Permissions expected of the controllers: release (what the Flux release grants), required (what their code needs) or documented (what Flux's security page lists)")
	flags.BoolVar(&o.Exact, "exact", false, "Also check every resource and verb that the matrix does not grant: none may be allowed")
	flags.BoolVar(&o.Strict, "strict", false, "Treat exceptions and FP504 findings as errors")
	flags.BoolVar(&o.Exhaustive, "exhaustive", false, "Check every tenant against every other tenant's namespaces, one by one")
	flags.IntVar(&o.MaxReviews, "max-reviews", flux.DefaultMaxReviews, "Maximum reviews for FP502 when RoleBindings cannot be listed")
	flags.StringVar(&o.FluxNamespace, "flux-namespace", "", "Namespace that Flux runs in (default: $"+fluxNamespaceVariable+", else detected by its Deployments)")
	flags.StringVar(&o.FluxVersion, "flux-version", "", "Version of Flux, for example v2.9.5 (default: detected by labels and images)")
	flags.StringArrayVarP(&f.filenames, "filename", "f", nil, "Matrix files with your own expectations, overrides and waivers: files, folders, or - for stdin; repeatable")
	flags.BoolVar(&f.builtin, "builtin", true, "Check the built-in expectations; false checks only those of the matrix files")
	complete(cmd, "profile", choices(names(flux.Profiles())))
	complete(cmd, "flux-namespace", namespaces(f.completing))
}

// fluxNamespaceVariable is what the Flux CLI takes its namespace from (flux2 cmd/flux/main.go@v2.9.5).
const fluxNamespaceVariable = "FLUX_SYSTEM_NAMESPACE"

// fluxNamespaceSource names what to correct when Flux is not in the namespace that was given.
func fluxNamespaceSource() string {
	if os.Getenv(fluxNamespaceVariable) != "" {
		return "--flux-namespace or $" + fluxNamespaceVariable
	}
	return "--flux-namespace"
}

func (f *expectFlags) Validate(p *program, cmd *cobra.Command) (err error) {
	// The variable is about the user's cluster, not about the demo.
	target, ok := f.completing.(*targetFlags)
	if demo := ok && target.demo; f.completing != nil && !demo && !cmd.Flags().Changed("flux-namespace") {
		f.o.FluxNamespace = os.Getenv(fluxNamespaceVariable)
	}
	if err := oneOf("profile", string(f.o.Profile), names(flux.Profiles())); err != nil {
		return err
	}
	if _, err := utilversion.ParseGeneric(f.o.FluxVersion); f.o.FluxVersion != "" && err != nil {
		return usagef("--flux-version %q: want a version like v2.9.5", f.o.FluxVersion)
	}
	f.o.Files, err = scan.ReadMatrixFiles(p.In, f.filenames...)
	f.o.SkipBuiltin = !f.builtin
	if err == nil && !f.builtin && len(f.o.Files) == 0 {
		return usagef("--builtin=false leaves nothing to check: name a matrix file with -f")
	}
	return err
}

// selectFlags choose what is expected, and which part of it is checked.
type selectFlags struct {
	expectFlags
	account string
}

func (f *selectFlags) Add(cmd *cobra.Command) {
	f.expectFlags.Add(cmd)
	flags, sections := cmd.Flags(), sectionNames()
	flags.StringVarP(&f.o.Namespace, "namespace", "n", "", "Check only the accounts and objects of this namespace")
	flags.BoolP("all-namespaces", "A", false, "Check all namespaces, which is the default")
	flags.StringVar(&f.account, "service-account", "", "Check only this service account, NAMESPACE/NAME")
	flags.StringSliceVar(&f.o.Sections, "only", nil, "Check only these sections: "+strings.Join(sections, ", "))
	complete(cmd, "only", choices(sections))
	complete(cmd, "namespace", namespaces(f.completing))
	complete(cmd, "service-account", serviceAccounts(f.completing, &f.o.Namespace))
}

func (f *selectFlags) Validate(p *program, cmd *cobra.Command) error {
	if all, err := cmd.Flags().GetBool("all-namespaces"); err == nil && all && f.o.Namespace != "" {
		return usagef("-A and -n %s exclude each other", f.o.Namespace)
	}
	for _, section := range f.o.Sections {
		if err := oneOf("only", section, sectionNames()); err != nil {
			return err
		}
	}
	if f.account != "" {
		namespace, name, ok := strings.Cut(f.account, "/")
		if !ok || namespace == "" || name == "" || strings.Contains(name, "/") {
			return usagef("--service-account %q: want NAMESPACE/NAME", f.account)
		}
		f.o.ServiceAccount = matrix.ServiceAccount(namespace, name)
	}
	return f.expectFlags.Validate(p, cmd)
}

// sectionNames are the sections that can be selected: the comparison with RBAC follows what is asked, and what is about
// to be applied has a command of its own.
func sectionNames() []string {
	return slices.DeleteFunc(flux.Sections(), func(name string) bool { return name == compare.Section || name == flux.Preflight })
}
