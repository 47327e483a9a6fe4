// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	utilversion "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// options are the values of all flags.
type options struct {
	connection  *genericclioptions.ConfigFlags
	connections map[string]bool // the names of the connection flags

	namespace      string
	fluxNamespace  string
	fluxVersion    string
	profile        string
	only           []string
	serviceAccount string
	exact          bool
	strict         bool
	exhaustive     bool
	maxReviews     int
	manifests      []string
	kubeVersion    string
	filenames      []string // of matrix files
	builtin        bool
	files          file.Set
	baselineFile   string
	baseline       *probe.Report // nil without --baseline
	in             io.Reader     // standard input, for matrix files

	concurrency int
	failOn      string
	quiet       bool

	outputs      []string   // as given
	output       string     // the format for standard output, empty when none was given
	destinations ui.Outputs // where the report goes; empty for the default
	color        string
	ascii        bool
	mouse        bool
	failed       bool
}

func newOptions() *options {
	connection := genericclioptions.NewConfigFlags(true)
	connection.Namespace = nil // ours limits what is probed, and does not follow the context
	return &options{connection: connection, connections: map[string]bool{}}
}

func (o *options) isConnectionFlag(name string) bool { return o.connections[name] }

func (o *options) addConnectionFlags(flags *pflag.FlagSet) {
	connection := pflag.NewFlagSet("connection", pflag.ContinueOnError)
	o.connection.AddFlags(connection)
	connection.VisitAll(func(f *pflag.Flag) { o.connections[f.Name] = true })
	connection.Lookup("as").Usage = "User to ask as; who is asked about is --service-account"
	flags.AddFlagSet(connection)
}

func (o *options) addMatrixFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.namespace, "namespace", "n", "", "Only the accounts and objects of this namespace")
	flags.StringVar(&o.serviceAccount, "service-account", "", "Only this service account, as NAMESPACE/NAME")
	flags.StringSliceVar(&o.only, "only", nil, "Only these sections: "+strings.Join(sectionNames(), ", "))
	flags.StringVar(&o.profile, "profile", string(flux.Release),
		"What the controllers are expected to hold: release (what the Flux release grants), required (what their code needs) or documented (what Flux's security page says)")
	flags.BoolVar(&o.exact, "exact", false, "Also ask every resource and verb that the matrix does not grant: none may be allowed")
	flags.BoolVar(&o.strict, "strict", false, "Count exceptions as errors, and what Flux's default tenant can do to its own namespace")
	flags.BoolVar(&o.exhaustive, "exhaustive", false, "Ask about every tenant in every other tenant's namespace, one by one")
	flags.IntVar(&o.maxReviews, "max-reviews", flux.DefaultMaxReviews, "How many reviews FP502 may need where the bindings cannot be read")
	flags.StringVar(&o.fluxNamespace, "flux-namespace", "", "The namespace that Flux runs in; found by its Deployments when not given")
	flags.StringVar(&o.fluxVersion, "flux-version", "", "The version of Flux, like v2.9.5; found by its labels and images when not given")
	flags.StringArrayVarP(&o.filenames, "filename", "f", nil, "Matrix files with expectations, overrides and waivers of your own: files, folders, or - for standard input; repeatable")
	flags.BoolVar(&o.builtin, "builtin", true, "Derive the built-in expectations; false asks what the matrix files expect and nothing else")
	flags.StringArrayVar(&o.manifests, "manifests", nil, "Ask these files and folders, - for standard input, instead of a cluster")
	flags.StringVar(&o.kubeVersion, "kube-version", "", "With --manifests, the version of Kubernetes they are for, like v1.37; the newest known when not given")
}

func (o *options) addOutputFlags(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&o.outputs, "output", "o", nil, "Format, or FORMAT=FILE, repeatable: "+strings.Join(outputs(), ", ")+" (default tui on a terminal, else table)")
	flags.StringVar(&o.color, "color", "auto", "Use colour: auto, always or never; NO_COLOR is respected")
	flags.BoolVar(&o.mouse, "mouse", true, "Let the terminal UI use the mouse; off gives the terminal its own text selection back")
	flags.BoolVar(&o.ascii, "ascii", false, "Use only ASCII marks")
}

func (o *options) addProbeFlags(flags *pflag.FlagSet) {
	flags.IntVar(&o.concurrency, "concurrency", probe.DefaultConcurrency, "Reviews in flight at once")
	flags.StringVar(&o.failOn, "fail-on", "error", "What fails the run: error, or warning as well")
	flags.StringVar(&o.baselineFile, "baseline", "", "A report that -o json wrote: fail only on what is new or worse since")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "Print nothing but errors; the exit status tells")
	flags.BoolVar(&o.failed, "failed", false, "Show only what failed")
}

// validate refuses values that mean nothing, before anything is asked.
func (o *options) validate() error {
	if err := oneOf("profile", o.profile, names(flux.Profiles())); err != nil {
		return err
	}
	if err := o.validateOutput(); err != nil {
		return err
	}
	if err := oneOf("fail-on", o.failOn, []string{"error", "warning"}); err != nil {
		return err
	}
	for _, section := range o.only {
		if err := oneOf("only", section, sectionNames()); err != nil {
			return err
		}
	}
	if o.concurrency < 1 {
		return usagef("--concurrency %d: at least 1 review must be in flight", o.concurrency)
	}
	if o.kubeVersion != "" && len(o.manifests) == 0 {
		return usagef("--kube-version is for --manifests; a cluster says its version itself")
	}
	if o.fluxVersion != "" {
		if _, err := utilversion.ParseGeneric(o.fluxVersion); err != nil {
			return usagef("--flux-version %q: want a version like v2.9.5", o.fluxVersion)
		}
	}
	if _, err := o.subject(); err != nil {
		return err
	}
	if err := o.readBaseline(); err != nil {
		return err
	}
	return o.readMatrixFiles()
}

// subject is the account of --service-account, the zero Subject when it was not given.
func (o *options) subject() (matrix.Subject, error) {
	if o.serviceAccount == "" {
		return matrix.Subject{}, nil
	}
	namespace, name, ok := strings.Cut(o.serviceAccount, "/")
	if !ok || namespace == "" || name == "" || strings.Contains(name, "/") {
		return matrix.Subject{}, usagef("--service-account %q: want NAMESPACE/NAME", o.serviceAccount)
	}
	return matrix.ServiceAccount(namespace, name), nil
}

// derive makes the matrix that the flags ask for.
func (o *options) derive(s *flux.Snapshot, profile flux.Profile) (*matrix.Matrix, error) {
	options := flux.Options{
		Profile: profile, Exact: o.exact, Strict: o.strict, Exhaustive: o.exhaustive, MaxReviews: o.maxReviews, Namespace: o.namespace,
		Files: o.files, WithoutOwn: !o.builtin,
	}
	if err := flux.CheckFiles(s, options); err != nil {
		return nil, matrixFileError(err)
	}
	m := flux.Derive(s, options)
	o.files.Apply(m, time.Now(), o.part())
	if o.baseline != nil {
		probe.Accept(m, o.baseline, "it is in the baseline "+o.baselineFile)
	}
	if len(o.only) > 0 {
		m = m.Only(func(section string) bool { return slices.Contains(o.only, section) })
	}
	subject, err := o.subject()
	if err != nil || subject == (matrix.Subject{}) {
		return m, err
	}
	m.Expectations = slices.DeleteFunc(m.Expectations, func(e matrix.Expectation) bool { return e.Subject != subject })
	if len(m.Expectations) == 0 {
		if _, err := parseAccount(s, o.serviceAccount); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("nothing is expected of service account %s: no Flux controller or reconciled object uses it", subject)
	}
	return m, nil
}

// outputs are the formats of -o: the terminal UI, and those that are written.
func outputs() []string { return append([]string{tuiFormat}, ui.Formats()...) }

func oneOf(flag, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return usagef("--%s %q: want one of %s", flag, value, strings.Join(known, ", "))
}

func sectionNames() []string {
	var all []string
	for _, s := range flux.Sections(flux.Options{}) {
		all = append(all, s.Name)
	}
	return all
}

func names[S ~string](values []S) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}
