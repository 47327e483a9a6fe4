// SPDX-License-Identifier: Apache-2.0

package pipelines

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// workflow is a GitHub workflow, as far as its safety depends on it.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Uses        string
		Steps       []step
	}
}

var pinned = regexp.MustCompile(`uses: ([^\s@]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/\S+)$`)

// TestWorkflows looks for what a workflow must not do: use an action that can change, give a right to all
// jobs, or put what somebody else wrote into a script.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yaml")
	if err != nil || len(files) != 3 {
		t.Fatalf("%v: %v", err, files)
	}
	for _, file := range append(files, "../../action.yml") {
		text := read(t, file)
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.Contains(line, "uses: ") && !pinned.MatchString(line) {
				t.Errorf("%s: not pinned by digest with its version: %s", file, line)
			}
		}
		var w workflow
		if err := yaml.Unmarshal([]byte(text), &w); err != nil {
			t.Fatal(err)
		}
		var a action
		if err := yaml.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		steps := a.Runs.Steps
		if len(w.Permissions) > 0 || !strings.HasSuffix(file, "action.yml") && !strings.Contains(text, "\npermissions: {}\n") {
			t.Errorf("%s: every job has the permissions %v", file, w.Permissions)
		}
		for name, job := range w.Jobs {
			if len(job.Permissions) == 0 {
				t.Errorf("%s: job %s does not say what it may do", file, name)
			}
			steps = append(steps, job.Steps...)
		}
		for _, s := range steps {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: step %q: an expression in a script is code", file, s.Name)
			}
			if out, status := shell(t, t.TempDir(), []string{"bash", "-n", "-c", s.Run}, nil); status != 0 {
				t.Errorf("%s: step %q: %s", file, s.Name, out)
			}
		}
	}
}

// TestReleaseNotes runs the step that takes them from the changelog.
func TestReleaseNotes(t *testing.T) {
	var w workflow
	if err := yaml.Unmarshal([]byte(read(t, "../../.github/workflows/release.yaml")), &w); err != nil {
		t.Fatal(err)
	}
	changelog := "# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 (2026-01-02)\n\n- new\n\n## 1.2.30\n\n- old\n"
	for _, s := range w.Jobs["release"].Steps {
		if s.Name != "Take the notes from the changelog" {
			continue
		}
		for tag, want := range map[string]string{"v1.2.3": "\n- new\n\n", "v9.9.9": ""} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), []byte(changelog), 0o644); err != nil {
				t.Fatal(err)
			}
			out, status := shell(t, dir, []string{"bash", "-eo", "pipefail", "-c", s.Run}, map[string]string{"TAG": tag, "RUNNER_TEMP": dir})
			if got := read(t, filepath.Join(dir, "notes.md")); got != want || (status == 0) != (want != "") {
				t.Errorf("%s: status %d, %q, %s", tag, status, got, out)
			}
		}
		return
	}
	t.Error("there is no such step")
}
