// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// TestDemoFindsItsMistakes compares what the demo finds, code by code and account by account, with
// the mistakes that its manifests mark.
func TestDemoFindsItsMistakes(t *testing.T) {
	code, stdout, stderr := call(t, "", "demo", "-o", "json")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 1 {
		t.Fatalf("exit %d: %v\n%s", code, err, stderr)
	}
	if report.Source != probe.FromDemo || len(report.Flux) != 2 {
		t.Errorf("source %q, Flux %v", report.Source, report.Flux)
	}
	var got []string
	for _, f := range report.Findings {
		if line := f.Code + " " + f.Subject.String(); f.Failed() && f.Severity != matrix.Info && !slices.Contains(got, line) {
			got = append(got, line)
		}
	}
	slices.Sort(got)
	want := []string{
		"FP101 flux-staging/source-controller", "FP302 sandbox/helm-reconciler", "FP401 billing/reconciler", "FP401 shop/reconciler",
		"FP402 sandbox/helm-reconciler", "FP405 billing/reconciler", "FP501 search/reconciler", "FP502 search/reconciler", "FP801 flux-system/notification-controller",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if n := strings.Count(string(scan.DemoManifests()), "# mistake:"); n != 6 {
		t.Errorf("%d mistakes are marked, 6 were found", n)
	}
}

// TestManifestsAnswerAsTheDemo gives the same manifests as a file, as standard input, and as both
// files of a folder and a second argument.
func TestManifestsAnswerAsTheDemo(t *testing.T) {
	_, want, _ := call(t, "", "demo", "-o", "json")
	whole := filepath.Join(t.TempDir(), "fleet.yaml")
	halves := t.TempDir()
	documents := strings.SplitAfter(string(scan.DemoManifests()), "---\n")
	for name, text := range map[string]string{
		whole:                               string(scan.DemoManifests()),
		filepath.Join(halves, "first.yaml"): strings.Join(documents[:30], ""),
		filepath.Join(halves, "rest.txt"):   strings.Join(documents[30:], ""),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, args := range map[string][]string{
		"file": {"--manifests", whole}, "standard input": {"--manifests", "-"}, "folder and file": {"--manifests", halves, filepath.Join(halves, "rest.txt")},
	} {
		code, stdout, stderr := call(t, string(scan.DemoManifests()), append([]string{"-o", "json"}, args...)...)
		if code != 1 {
			t.Errorf("%s: exit %d, %s", name, code, stderr)
		}
		var got, demo probe.Report
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &demo); err != nil {
			t.Fatal(err)
		}
		if got.Source != probe.FromManifests || got.Summary != demo.Summary || !strings.HasPrefix(got.Cluster.Context, "manifests ") {
			t.Errorf("%s: %+v of %q, the demo says %+v", name, got.Summary, got.Cluster.Context, demo.Summary)
		}
	}
	if _, table, _ := call(t, "", "demo", "-o", "table"); !strings.Contains(table, "this is a demo") || !strings.Contains(table, "no cluster was asked") {
		t.Error("the table does not say that it is a demo")
	}
}

// TestDemoCommands runs every command that reads a cluster on the demo, and follows the hints of the report.
func TestDemoCommands(t *testing.T) {
	for want, args := range map[string][]string{
		"! allowed: search/reconciler get secrets in shop": {"explain", "search/reconciler", "get", "secrets", "-n", "shop"},
		"shop/reconciler get deploy in shop":               {"explain", "shop/reconciler", "get", "deploy", "-n", "shop"},
		"Kustomization shop/shop":                          {"explain", "kustomization", "shop", "-n", "shop"},
		"kind: Role":                                       {"fix"},
		"search/reconciler to every Secret":                {"paths"},
		"# shop/reconciler":                                {"least", "shop/reconciler"},
		"RESOURCE":                                         {"matrix"},
		"flux-probe demo fix --service-account":            {"-o", "wide"},
	} {
		if code, stdout, stderr := call(t, "", append([]string{"demo"}, args...)...); code > 1 || !strings.Contains(stdout, want) {
			t.Errorf("%v: exit %d, %s\n%.2000s\nwants %q", args, code, stderr, stdout, want)
		}
	}
}
