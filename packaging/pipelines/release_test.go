// SPDX-License-Identifier: Apache-2.0

// Package pipelines runs the shell steps of the GitHub Action, the GitLab component, the Tekton task and the
// workflows, as far as that can be done without the services that they are for.
package pipelines

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/packaging/internal/archive"
)

// releases serves release 1.2.3 as GitHub does, on loopback; tampered changes the archive after its
// checksum was taken.
func releases(t *testing.T, tampered bool) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the steps are for Linux and macOS")
	}
	program, err := archive.Program()
	if err != nil {
		t.Fatal(err)
	}
	packed, err := archive.Pack(map[string][]byte{"flux-probe": program})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("flux-probe_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	sums := fmt.Sprintf("%x  %s\n%064d  flux-probe-1.2.3.tar.gz\n", sha256.Sum256(packed), name, 0)
	if tampered {
		packed = append(packed, 0)
	}
	serve := http.NewServeMux()
	serve.Handle("GET /latest", http.RedirectHandler("/tag/v1.2.3", http.StatusFound))
	for path, content := range map[string][]byte{
		"/tag/v1.2.3": nil, "/download/v1.2.3/" + name: packed, "/download/v1.2.3/flux-probe_1.2.3_checksums.txt": []byte(sums),
	} {
		serve.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) })
	}
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	return server.URL
}

// shell runs a script with an environment of its own, and returns what it printed and its status.
func shell(t *testing.T, dir string, command []string, env map[string]string) (string, int) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func contains(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%s: want %q in\n%.2000s", what, want, text)
		}
	}
}
