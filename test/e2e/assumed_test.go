// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// assumedChange is something that is first assumed and then done.
type assumedChange struct {
	name   string
	assume []string
	file   string                  // manifests that are assumed with file= and then applied; "" for none
	do     func(*assumption) error // what else is done
	byRBAC bool                    // the server cannot answer everything
}

// assumption is a cluster that is changed step by step.
type assumption struct {
	*testing.T
	cluster *cluster.Cluster
	command []string // what is run, with assumptions and without
}

// TestAssumedEqualsReal assumes a change, makes it on a real API server, and compares the two reports, finding by finding.
// The changes add up.
func TestAssumedEqualsReal(t *testing.T) {
	t.Parallel()
	c := server(t)
	a := &assumption{t, c, []string{"--kubeconfig", fluxed(t, c)}}
	a.populate()
	now := reported(t, slices.Clone(a.command)...)
	for _, change := range assumedChanges() {
		t.Run(change.name, func(t *testing.T) {
			now = (&assumption{t, c, a.command}).compare(now, change)
		})
	}
}

// TestAssumedReleaseEqualsReal upgrades Flux 2.6 to 2.9: by the manifests of the new release, and by its version with those
// manifests that are not RBAC.
func TestAssumedReleaseEqualsReal(t *testing.T) {
	t.Parallel()
	c := server(t)
	a := &assumption{t, c, []string{"--kubeconfig", fluxed(t, c)}}
	all := a.manifests(true)
	others := a.manifests(false)
	for name, upgrade := range map[string]assumedChange{
		"by manifests": {assume: []string{"file=" + all}, byRBAC: true},
		"by version":   {assume: []string{"flux=v2.9.5", "file=" + others}, byRBAC: true},
	} {
		t.Run(name, func(t *testing.T) {
			a := &assumption{t, c, a.command}
			a.must(c.Reset(t.Context()))
			a.must(c.InstallFlux(t.Context(), cluster.InstallOptions{Version: "2.6"}))
			a.populate()
			upgrade.do = func(a *assumption) error { return c.InstallFlux(a.Context(), cluster.InstallOptions{Version: "2.9"}) }
			a.compare(probe.Report{}, upgrade)
		})
	}
}

// compare makes a change, and fails where the report of its assumption is not the one after it, which it returns. Without
// findings in now it is not compared what turned.
func (a *assumption) compare(now probe.Report, change assumedChange) probe.Report {
	a.Helper()
	assume := change.assume
	if change.file != "" {
		path := filepath.Join(a.TempDir(), "change.yaml")
		a.must(os.WriteFile(path, []byte(change.file), 0o600))
		assume = append(slices.Clip(assume), "file="+path)
	}
	flags := slices.Clone(a.command)
	for _, text := range assume {
		flags = append(flags, "--assume", text)
	}
	assumed := reported(a.T, flags...)
	if change.do != nil {
		a.must(change.do(a))
	}
	if change.file != "" {
		objects, err := cluster.Decode([]byte(change.file))
		a.must(errors.Join(err, a.cluster.Apply(a.Context(), objects...)))
	}
	a.must(a.cluster.Aggregate(a.Context()))
	real := reported(a.T, slices.Clone(a.command)...)
	a.same(assumed, real)
	if !slices.Equal(assumed.Assumed, assume) || assumed.Turned == nil {
		a.Fatalf("the report assumes %q and compares %v, want %q", assumed.Assumed, assumed.Turned, assume)
	}
	answered := slices.ContainsFunc(assumed.Findings, func(f probe.Finding) bool { return f.AnsweredBy == probe.ByRBAC })
	if answered != change.byRBAC {
		a.Errorf("RBAC answered some reviews: %t, want %t", answered, change.byRBAC)
	}
	if now.Findings != nil {
		a.turned(now, real, assumed.Turned)
	}
	return real
}

// same compares two reports.
func (a *assumption) same(assumed, real probe.Report) {
	a.Helper()
	if len(real.Findings) == 0 {
		a.Fatal("there is no report after the change")
	}
	text := func(f probe.Finding) string {
		if strings.HasPrefix(f.Reason, "RBAC: allowed by ") {
			f.Reason = "" // it names one of the bindings that grant the access
		}
		return strings.Join([]string{line(f), "via " + f.Via, "reason " + f.Reason, "hint " + f.Hint}, "; ")
	}
	missing := map[string]int{}
	for _, f := range real.Findings {
		missing[text(f)]++
	}
	shown := 0
	for _, f := range assumed.Findings {
		if missing[text(f)]--; missing[text(f)] < 0 && shown < 10 {
			a.Errorf("only assumed: %s", text(f))
			shown++
		}
	}
	for f, n := range missing {
		if n > 0 && shown < 20 {
			a.Errorf("only real: %s", f)
			shown++
		}
	}
	titles := func(r probe.Report) []string {
		var all []string
		for _, x := range r.Problems {
			all = append(all, x.Title)
		}
		slices.Sort(all)
		return all
	}
	if x, y := titles(assumed), titles(real); !slices.Equal(x, y) {
		a.Errorf("problems assumed:\n%s\nreal:\n%s", strings.Join(x, "\n"), strings.Join(y, "\n"))
	}
	if !slices.Equal(assumed.Flux, real.Flux) {
		a.Errorf("Flux assumed: %v, real: %v", assumed.Flux, real.Flux)
	}
}

// turned compares what is said to turn red and green with the reports before and after the change.
func (a *assumption) turned(now, real probe.Report, got *probe.Turned) {
	a.Helper()
	want := probe.Turn(&now, &real)
	if len(got.Red) != len(want.Red) || len(got.Green) != len(want.Green) || got.Result != want.Result {
		a.Errorf("said to turn red %d and green %d with result %s; want %d, %d and %s",
			len(got.Red), len(got.Green), got.Result, len(want.Red), len(want.Green), want.Result)
	}
	a.Logf("%d turn red, %d turn green", len(got.Red), len(got.Green))
}

func (a *assumption) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

// manifests writes what is installed of Flux as a file.
func (a *assumption) manifests(rbac bool) string {
	a.Helper()
	var text strings.Builder
	for _, kind := range []schema.GroupVersionKind{
		{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"},
		{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "ServiceAccount"}, {Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: rbacv1.GroupName, Version: "v1", Kind: "ClusterRole"}, {Group: rbacv1.GroupName, Version: "v1", Kind: "ClusterRoleBinding"},
	} {
		if kind.Group == rbacv1.GroupName && !rbac {
			continue
		}
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
		a.must(a.cluster.Client.List(a.Context(), list, client.MatchingLabels{"app.kubernetes.io/part-of": "flux"}))
		for _, o := range list.Items {
			o.SetManagedFields(nil)
			o.SetResourceVersion("")
			o.SetUID("")
			content, err := o.MarshalJSON()
			a.must(err)
			text.WriteString("---\n")
			text.Write(content)
			text.WriteString("\n")
		}
	}
	path := filepath.Join(a.TempDir(), "flux.yaml")
	a.must(os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

// setFlag gives a controller another command line.
func (a *assumption) setFlag(name string, edit func([]string) []string) error {
	var d appsv1.Deployment
	if err := a.cluster.Client.Get(a.Context(), client.ObjectKey{Namespace: "flux-system", Name: name}, &d); err != nil {
		return err
	}
	container := &d.Spec.Template.Spec.Containers[0]
	container.Args = edit(container.Args)
	return a.cluster.Client.Update(a.Context(), &d)
}
