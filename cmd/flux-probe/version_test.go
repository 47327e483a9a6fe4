// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/probe"
)

func TestVersion(t *testing.T) {
	want := "flux-probe " + readBuild().Version + "\n"
	for _, args := range [][]string{{"version"}, {"--version"}, {"-v"}, {"version", "-o", "text"}} {
		if code, stdout, stderr := call(t, "", args...); code != 0 || stdout != want || stderr != "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
	for _, format := range []string{"json", "yaml"} {
		var got build
		_, stdout, _ := call(t, "", "version", "-o", format)
		if err := yaml.UnmarshalStrict([]byte(stdout), &got); err != nil || got != readBuild() {
			t.Errorf("%s: %v, %v", format, got, err)
		}
	}
}

// TestVersionOfTheReport compares what JSON and SARIF say with what the version command says.
func TestVersionOfTheReport(t *testing.T) {
	dir := t.TempDir()
	sarif := filepath.Join(dir, "report.sarif")
	_, stdout, stderr := call(t, "", "demo", "-o", "json", "-o", "sarif="+sarif)
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err, stderr)
	}
	if want := readBuild().Version; report.Made.Version != want {
		t.Errorf("the report is by %q, want %q", report.Made.Version, want)
	}
	text, err := os.ReadFile(sarif)
	if err != nil || !strings.Contains(string(text), `"version": "`+report.Made.Version+`"`) {
		t.Errorf("%v\n%.500s", err, text)
	}
}

// TestStampedVersion builds the program as a release is built.
func TestStampedVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("it links the program")
	}
	bin := filepath.Join(t.TempDir(), "flux-probe")
	stamps := "-s -w -X main.stampedVersion=v1.2.3 -X main.stampedCommit=0123abc -X main.stampedDate=2026-01-02T03:04:05Z"
	if out, err := exec.Command("go", "build", "-o", bin, "-ldflags", stamps, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(bin, "version", "-o", "json").Output()
	var got build
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if err != nil || got.Version != "v1.2.3" || got.Commit != "0123abc" || got.Date != "2026-01-02T03:04:05Z" || got.Modified {
		t.Errorf("%v: %s", err, out)
	}
}
