// SPDX-License-Identifier: Apache-2.0

package pipelines

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// step is a step of an action or a workflow.
type step struct {
	ID, Name, Run, Uses, Shell string
	Env                        map[string]string
}

// action is the GitHub Action.
type action struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct{ Steps []step }
}

// perform runs the shell steps of the action, and returns what they printed, the outputs of the steps, and
// the status of the last step that ran.
func perform(t *testing.T, dir, server string, inputs map[string]string) (printed string, outputs map[string]string, status int) {
	t.Helper()
	var a action
	if err := yaml.Unmarshal([]byte(read(t, "../../action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	stub := "#!/bin/sh\necho gh \"$@\"\n"
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(stub), 0o755); err != nil {
		t.Fatal(err)
	}
	outputs = map[string]string{}
	for _, s := range a.Runs.Steps {
		if s.Run == "" {
			continue
		}
		env := map[string]string{
			"RUNNER_OS": map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS], "RUNNER_ARCH": map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
			"RUNNER_TEMP": dir, "GITHUB_PATH": filepath.Join(dir, "path"), "GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"),
			"PATH": bin + ":" + os.Getenv("PATH"),
		}
		for name, value := range s.Env {
			switch {
			case name == "RELEASES":
				value = server
			case strings.HasPrefix(value, "${{ inputs."):
				input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
				value = a.Inputs[input].Default
				if given, ok := inputs[input]; ok {
					value = given
				}
			case value == "${{ steps.probe.outputs.status }}":
				value = outputs["status"]
			}
			env[name] = value
		}
		var out string
		out, status = shell(t, dir, []string{"bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run}, env)
		printed += out
		if text, err := os.ReadFile(filepath.Join(dir, "output")); err == nil {
			for line := range strings.Lines(string(text)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				outputs[name] = value
			}
		}
		if status != 0 {
			return printed, outputs, status
		}
	}
	return printed, outputs, status
}

func TestAction(t *testing.T) {
	dir := t.TempDir()
	printed, outputs, status := perform(t, dir, releases(t, false), map[string]string{"args": "demo\n--only\n\nlockdown,tenants\n"})
	if status != 1 || outputs["status"] != "1" {
		t.Errorf("status %d, %v\n%s", status, outputs, printed)
	}
	contains(t, "output", printed, ": OK", "✗ 1/", "gh pr comment", "--body-file "+dir+"/flux-probe/report.md")
	contains(t, "summary", read(t, filepath.Join(dir, "summary")), "flux-probe:")
	contains(t, "sarif", read(t, outputs["sarif"]), `"version": "2.1.0"`)
	contains(t, "report", read(t, outputs["report"]), `"kind": "Report"`, `"only": [`)
	contains(t, "path", read(t, filepath.Join(dir, "path")), dir+"/flux-probe\n")
}

// TestActionRefuses looks at archives that are not what was released, and at calls that make no report.
func TestActionRefuses(t *testing.T) {
	if printed, _, status := perform(t, t.TempDir(), releases(t, true), nil); status == 0 || !strings.Contains(printed, "FAILED") {
		t.Errorf("a changed archive is installed: status %d\n%s", status, printed)
	}
	dir := t.TempDir()
	printed, outputs, status := perform(t, dir, releases(t, false), map[string]string{"version": "1.2.3", "args": "--manifests\n$(touch injected); `touch injected`"})
	if status != 2 || outputs["status"] != "2" || outputs["sarif"] != "" {
		t.Errorf("status %d, %v\n%s", status, outputs, printed)
	}
	if _, err := os.Stat(filepath.Join(dir, "injected")); err == nil {
		t.Error("an argument is run as a command")
	}
}
