// SPDX-License-Identifier: Apache-2.0

package pipelines

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/packaging/internal/archive"
)

func TestGitLabComponent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the component is for Linux")
	}
	header, body, _ := strings.Cut(read(t, "../../templates/flux-probe.yml"), "\n---\n")
	var spec struct {
		Spec struct {
			Inputs map[string]struct{ Default string }
		}
	}
	if err := yaml.Unmarshal([]byte(header), &spec); err != nil {
		t.Fatal(err)
	}
	for name, given := range map[string]string{"version": "1.2.3", "args": "demo --only lockdown"} {
		if _, ok := spec.Spec.Inputs[name]; !ok {
			t.Errorf("there is no input %s", name)
		}
		body = strings.ReplaceAll(body, "$[[ inputs."+name+" ]]", given)
	}
	var jobs map[string]struct {
		Variables map[string]string
		Script    []string
		Artifacts struct {
			Reports struct{ JUnit string }
		}
	}
	if err := yaml.Unmarshal([]byte(body), &jobs); err != nil {
		t.Fatal(err)
	}
	job := jobs["flux-probe"]
	for tampered, want := range map[bool]string{false: "✗ 1/", true: "FAILED"} {
		dir := t.TempDir()
		job.Variables["FLUX_PROBE_RELEASES"] = releases(t, tampered)
		printed, status := shell(t, dir, []string{"sh", "-ec", strings.Join(job.Script, "\n")}, job.Variables)
		if status != 1 {
			t.Errorf("status %d", status)
		}
		contains(t, "output", printed, want)
		_, err := os.Stat(filepath.Join(dir, job.Artifacts.Reports.JUnit))
		if (err != nil) != tampered {
			t.Errorf("JUnit: %v", err)
		}
	}
}

func TestTektonTask(t *testing.T) {
	var task struct {
		APIVersion string
		Spec       struct {
			Params []struct{ Name string }
			Steps  []struct{ Command, Args []string }
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../tekton/flux-probe.yaml")), &task); err != nil {
		t.Fatal(err)
	}
	binary, err := archive.Program()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "flux-probe")
	if err := os.WriteFile(path, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	run := task.Spec.Steps[0]
	if len(run.Command) != 1 || filepath.Base(run.Command[0]) != "flux-probe" {
		t.Errorf("the command is %v, and the image has no shell", run.Command)
	}
	command := []string{path}
	for _, arg := range run.Args {
		if arg == "$(params.args[*])" {
			command = append(command, "demo", "--only=lockdown")
			continue
		}
		command = append(command, strings.ReplaceAll(arg, "$(workspaces.reports.path)", dir))
	}
	printed, status := shell(t, dir, command, nil)
	if status != 1 {
		t.Errorf("status %d", status)
	}
	contains(t, "output", printed, "✗ 1/")
	contains(t, "JUnit", read(t, filepath.Join(dir, "flux-probe.xml")), "<testsuites")
	contains(t, "JSON", read(t, filepath.Join(dir, "flux-probe.json")), `"kind": "Report"`)
}
