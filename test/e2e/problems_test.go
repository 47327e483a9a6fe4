// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// problemsFile has the problems that each script leaves behind, one for each fault that it plants. Those for
// information, which every cluster has, are left out.
const problemsFile = "testdata/problems.yaml"

// sameProblems compares the problems of a report with those that are expected of a script. With -update they are
// written down instead.
func sameProblems(t *testing.T, r probe.Report) {
	t.Helper()
	eachFailureOnce(t, r)
	got := []string{}
	for _, p := range r.Problems {
		c := p.Cause
		if p.Severity == matrix.Info {
			continue
		}
		line := fmt.Sprintf("%s: %s", p.Severity, strings.TrimSpace(c.Origin().String()+" "+c.Field))
		if c.Kind == "" {
			line = fmt.Sprintf("%s: unexplained: %s", p.Severity, p.Title)
		}
		for _, part := range [][2]string{{"was", c.Was}, {"want", c.Want}} {
			if part[1] != "" {
				line += "; " + part[0] + ": " + part[1]
			}
		}
		got = append(got, line)
	}
	_, script, _ := strings.Cut(t.Name(), "/")
	text, err := os.ReadFile(problemsFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := map[string][]string{}
	if err := yaml.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(got, want[script]) {
		return
	}
	if !*update {
		t.Errorf("problems:\n%s\nwant those of %s:\n%s", strings.Join(got, "\n"), problemsFile, strings.Join(want[script], "\n"))
		return
	}
	if want[script] = got; len(got) == 0 {
		delete(want, script)
	}
	if text, err = yaml.Marshal(want); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(problemsFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// eachFailureOnce wants every failed check in exactly one problem.
func eachFailureOnce(t *testing.T, r probe.Report) {
	t.Helper()
	times := make([]int, len(r.Findings))
	for _, p := range r.Problems {
		for _, i := range p.Checks {
			times[i]++
		}
	}
	for i, f := range r.Findings {
		if want := map[bool]int{true: 1}[f.Failed()]; times[i] != want {
			t.Errorf("in %d problems, and not in %d: %s", times[i], want, line(f))
		}
	}
}

// eachAlone carries out the fix of each problem by itself, one after the other: then the checks of the problem pass,
// and none that passed fails.
func eachAlone(t *testing.T, c *cluster.Cluster, now probe.Report, flags ...string) {
	t.Helper()
	tried := map[string]bool{}
	for {
		at := slices.IndexFunc(now.Problems, func(p probe.Problem) bool { return !tried[p.ID] })
		if at < 0 {
			return
		}
		p := now.Problems[at]
		if tried[p.ID] = true; p.Fix.Patch == "" {
			continue // no RBAC fixes it
		}
		fix := fixOf(t, c, append([]string{p.ID}, flags...)...)
		if fix.nothing() {
			continue
		}
		fix.carryOut(t, c)
		after := reported(t, append(slices.Clip(flags), "--sample=1")...) // which asks the server what fails by RBAC
		if len(after.Findings) == 0 {
			t.Fatalf("Flux is gone after the fix of %s:\n%s", p.Title, fix.text)
		}
		failed := map[any]probe.Finding{}
		for _, f := range after.Findings {
			if f.Failed() {
				failed[f.Key()] = f
			}
		}
		for i, f := range now.Findings {
			g, still := failed[f.Key()]
			switch {
			case still && slices.Contains(p.Checks, i):
				t.Errorf("after the fix of %s: %s", p.Title, line(g))
			case still && !f.Failed() && f.Severity != matrix.Info:
				t.Errorf("broken by the fix of %s: %s\n%s", p.Title, line(g), fix.text)
			}
		}
		now = after
	}
}

// rbacKinds are the kinds that a fix changes.
var rbacKinds = []string{"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}

// rbacIn is all RBAC of a cluster but what the API server brings itself.
func rbacIn(t *testing.T, c *cluster.Cluster) []unstructured.Unstructured {
	t.Helper()
	var all []unstructured.Unstructured
	for _, kind := range rbacKinds {
		for _, o := range list(t, c, schema.GroupVersionKind{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: kind}) {
			if o.GetLabels()["kubernetes.io/bootstrapping"] == "" {
				all = append(all, o)
			}
		}
	}
	return all
}

// restoreRBAC makes RBAC what it was.
func restoreRBAC(t *testing.T, c *cluster.Cluster, before []unstructured.Unstructured) {
	t.Helper()
	versions := map[any]string{}
	for _, o := range before {
		versions[o.GetUID()] = o.GetResourceVersion()
	}
	same := map[any]bool{}
	for _, o := range rbacIn(t, c) {
		if same[o.GetUID()] = versions[o.GetUID()] == o.GetResourceVersion(); same[o.GetUID()] {
			continue
		}
		if err := c.Client.Delete(t.Context(), &o); client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
	}
	changed := false
	for _, o := range before {
		if same[o.GetUID()] {
			continue
		}
		changed = true
		o.SetResourceVersion("")
		o.SetUID("")
		o.SetManagedFields(nil)
		create(t, c, &o)
	}
	if changed {
		if err := c.Aggregate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
