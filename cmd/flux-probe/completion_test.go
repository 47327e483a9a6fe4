// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestKubectlCompletion runs the executable that is written with a kubectl that says how it was called.
func TestKubectlCompletion(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the executable is a shell script")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "kubectl_complete-flux_probe")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call(t, "", "completion", "kubectl", dir); code != 0 || stdout+stderr != "" {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	_, printed, _ := call(t, "", "completion", "kubectl")
	if written, err := os.ReadFile(file); err != nil || string(written) != printed {
		t.Errorf("%v: %q is written, and %q printed", err, written, printed)
	}
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte("#!/bin/sh\nprintf '<%s>' \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(file, "matrix", "--only", "")
	cmd.Env = append(os.Environ(), "PATH="+dir)
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "<flux-probe><__complete><matrix><--only><>" {
		t.Errorf("%v: %s", err, out)
	}
	if code, _, stderr := call(t, "", "completion", "kubectl", filepath.Join(dir, "none")); code != 2 || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit %d, %q", code, stderr)
	}
}

// TestCompleteAnswersOnStandardOutput reads what the Flux CLI reads: standard output alone, whose last
// line is the directive (flux2 internal/plugin/completion.go@v2.9.5).
func TestCompleteAnswersOnStandardOutput(t *testing.T) {
	t.Setenv("FLUXCD_PLUGINS", "/opt/flux")
	for args, want := range map[string]string{
		"--profile ":        "release\nrequired\ndocumented\n:4\n",
		"matrix --profile ": "release\nrequired\ndocumented\n:4\n",
		"-n ":               ":4\n", // there is no cluster
		"sho":               "show\tShow a saved report in any format, without a cluster\n:4\n",
	} {
		t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
		var out, errs bytes.Buffer
		status := run("/opt/flux/flux-probe", append([]string{"__complete"}, strings.Split(args, " ")...), streams{In: strings.NewReader(""), Out: &out, Err: &errs})
		if status != 0 || out.String() != want {
			t.Errorf("%q: exit %d, %q, want %q", args, status, out.String(), want)
		}
	}
}

func TestFluxSystemNamespace(t *testing.T) {
	t.Setenv("FLUX_SYSTEM_NAMESPACE", "gitops")
	manifests := []string{"--manifests", "../../probe/scan/demo.yaml", "-o", "name"}
	if code, _, stderr := call(t, "", manifests...); code != 2 || !strings.Contains(stderr, "no Flux controllers in namespace gitops") ||
		!strings.Contains(stderr, "is it the right --flux-namespace or $FLUX_SYSTEM_NAMESPACE?") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", append(manifests, "--flux-namespace", "flux-system")...); code != 1 {
		t.Errorf("the flag does not win: exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "demo", "-o", "name"); code != 1 {
		t.Errorf("the demo has its own Flux: exit %d, %s", code, stderr)
	}
}
