// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"text/template"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/packaging/catalog"
)

// krewTool runs a program of krew itself, which has a module of its own: krew wants old libraries.
func krewTool(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"-C", "../krew", "tool"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestKrew lets krew's own validator read the manifest, and krew install it.
func TestKrew(t *testing.T) {
	_, release := published(t)
	plugin, err := release.Krew()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	manifest := filepath.Join(dir, "flux-probe.yaml")
	if err := os.WriteFile(manifest, document(t, plugin), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := krewTool(t, nil, "validate-krew-manifest", "-skip-install", "-manifest", manifest); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	content, err := released()
	if err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dir, "archive.tar.gz")
	if err := os.WriteFile(packed, content, 0o644); err != nil {
		t.Fatal(err)
	}
	root := []string{"KREW_ROOT=" + filepath.Join(dir, "krew"), "KREW_NO_UPGRADE_CHECK=1"}
	if out, err := krewTool(t, root, "krew", "install", "--manifest="+manifest, "--archive="+packed); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(filepath.Join(dir, "krew", "bin", "kubectl-flux_probe"), "--help").Output()
	if err != nil || !strings.Contains(string(out), "\n  kubectl flux-probe show report.json\n") {
		t.Errorf("%v\n%s", err, out)
	}
	store := filepath.Join(dir, "krew", "store", "flux-probe", "v"+release.Version)
	if _, err := os.Stat(filepath.Join(store, "LICENSE")); err != nil {
		t.Errorf("the licence is not installed: %v", err)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if target, err := os.Readlink(filepath.Join(dir, "krew", "bin", "kubectl-flux_probe")); err != nil || filepath.Base(target) != "flux-probe" {
		t.Errorf("%v: the link leads to %s", err, target)
	}
}

// TestKrewTemplate fills in .krew.yaml as krew-release-bot does (pkg/source/template.go@v0.0.50), and
// compares it with the manifest that the release makes.
func TestKrewTemplate(t *testing.T) {
	release := catalog.Release{Version: "1.2.3", Checksums: checksums(t)}
	want, err := release.Krew()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"TagName": "v1.2.3", "Version": "1.2.3"}
	fill := func(text string, functions template.FuncMap) string {
		var out bytes.Buffer
		if err := template.Must(template.New("").Funcs(functions).Parse(text)).Execute(&out, values); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	text, err := os.ReadFile("../../.krew.yaml")
	if err != nil {
		t.Fatal(err)
	}
	filled := fill(string(text), template.FuncMap{"addURIAndSha": func(url, _ string) string {
		url = fill(url, nil)
		return fmt.Sprintf("uri: %s\n    sha256: %s", url, release.Checksums[filepath.Base(url)])
	}})
	var got catalog.KrewPlugin
	if err := yaml.UnmarshalStrict([]byte(filled), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", document(t, got), document(t, want))
	}
}
