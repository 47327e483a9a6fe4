// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightRecipe runs the command that docs/ci.md gives for pull requests in a repository with a change that would
// be refused: it makes an annotation at the line, and the comment.
func TestPreflightRecipe(t *testing.T) {
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^- run: (flux-probe preflight .*)$`).FindSubmatch(text)
	if found == nil {
		t.Fatal("docs/ci.md has no recipe for preflight")
	}
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode([]byte(`
apiVersion: v1
kind: ServiceAccount
metadata: {namespace: flux-system, name: apps}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: flux-system, name: apps}
spec: {interval: 5m, prune: true, path: ./apps, targetNamespace: default, serviceAccountName: apps, sourceRef: {kind: GitRepository, name: apps}}
`))
	if err == nil {
		err = c.Apply(t.Context(), objects...)
	}
	repository := t.TempDir()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	err = errors.Join(err, c.UserKubeconfig(kubeconfig, "admin", "system:masters"), os.Mkdir(filepath.Join(repository, "apps"), 0o700),
		os.WriteFile(filepath.Join(repository, "apps/kustomization.yaml"), []byte("resources: [web.yaml]\n"), 0o600),
		os.WriteFile(filepath.Join(repository, "apps/web.yaml"), []byte("# the front end\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", string(found[1]))
	cmd.Dir, cmd.Env = repository, append(os.Environ(), "KUBECONFIG="+kubeconfig)
	printed, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("%s: %v, want exit status 1", cmd, err)
	}
	if want := ",file=apps/web.yaml,line=2::This change will fail at apply: Deployment default/web (apps/web.yaml:2): "; !strings.Contains(string(printed), want) {
		t.Errorf("the annotations do not hold %q:\n%s", want, printed)
	}
	comment, err := os.ReadFile(filepath.Join(repository, "preflight.md"))
	if want := "This change will fail at apply: Deployment default/web (apps/web.yaml:2)"; err != nil || !strings.Contains(string(comment), want) {
		t.Errorf("the comment does not hold %q: %v\n%s", want, err, comment)
	}
}
