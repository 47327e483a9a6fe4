// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	openreports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestOpenReports applies what -o openreports wrote to a server with the CRDs that OpenReports ships, on
// the server's side, where a field that the schema lacks is an error. What is there then counts as the
// JSON of the same run does.
func TestOpenReports(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := withdraw(t.Context(), c, "crd-controller-flux-system", "leases.coordination.k8s.io", nil); err != nil {
		t.Fatal(err)
	}
	if err := tenant(t.Context(), c, "apps", "dev-team", ""); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	kubeconfig, file := filepath.Join(folder, "kubeconfig"), filepath.Join(folder, "reports.yaml")
	if err := c.UserKubeconfig(kubeconfig, "reporter", "system:masters"); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := fluxProbe(t, "--kubeconfig", kubeconfig, "-o", "json", "-o", "openreports="+file)
	if status != 1 {
		t.Fatalf("flux-probe ends with %d: %s", status, stderr)
	}
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if s := report.Summary; s.Pass*s.Missing*s.Warnings == 0 {
		t.Fatalf("too little to count: %+v", s)
	}

	module, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/openreports/reports-api").Output()
	if err != nil {
		t.Fatal(err)
	}
	crds := filepath.Join(strings.TrimSpace(string(module)), "config", "crd")
	if _, err := envtest.InstallCRDs(c.Config, envtest.CRDInstallOptions{Paths: []string{crds}, ErrorIfPathMissing: true}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	written, err := cluster.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the next run meets the reports of the one before
		if err := c.Apply(t.Context(), written...); err != nil {
			t.Fatal(err)
		}
	}

	var there []unstructured.Unstructured
	for _, kind := range []string{"Report", "ClusterReport"} {
		there = append(there, list(t, c, schema.GroupVersionKind{Group: "openreports.io", Version: "v1alpha1", Kind: kind})...)
	}
	if len(there) != len(written) {
		t.Errorf("%d reports were written, %d are there", len(written), len(there))
	}
	s := report.Summary
	want := openreports.ReportSummary{Pass: s.Pass, Fail: s.Missing + s.Excess, Warn: s.Warnings, Error: s.Undetermined}
	want.Skip = s.Checks - want.Pass - want.Fail - want.Warn - want.Error
	if diff := cmp.Diff(want, counted(t, there)); diff != "" {
		t.Errorf("the summaries on the server (-want +got):\n%s", diff)
	}
}

// counted adds up the summaries, each of which has to be that of its results.
func counted(t *testing.T, reports []unstructured.Unstructured) (all openreports.ReportSummary) {
	for _, object := range reports {
		var report openreports.Report // a ClusterReport has the same fields
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &report); err != nil {
			t.Fatal(err)
		}
		results := map[openreports.Result]int{}
		for _, result := range report.Results {
			results[result.Result]++
		}
		own := openreports.ReportSummary{Pass: results["pass"], Fail: results["fail"], Warn: results["warn"], Error: results["error"], Skip: results["skip"]}
		if diff := cmp.Diff(report.Summary, own); diff != "" {
			t.Errorf("%s %s/%s (-summary +results):\n%s", report.Kind, report.Namespace, report.Name, diff)
		}
		all.Pass, all.Fail, all.Warn, all.Error, all.Skip = all.Pass+own.Pass, all.Fail+own.Fail, all.Warn+own.Warn, all.Error+own.Error, all.Skip+own.Skip
	}
	return all
}
