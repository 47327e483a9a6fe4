// SPDX-License-Identifier: Apache-2.0

// Package tui uses the terminal UI of the real flux-probe binary as a person does: in a terminal (tmux),
// on a real API server with a Flux and a tenant, with keys, looking at the screen.
package tui

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/test/cluster"
	"github.com/flux-probe/flux-probe/test/tmux"
)

// patience is far more than anything here takes, as the tests' machine may be busy.
const patience = time.Minute

// TestUI runs everything on one API server, in an order that leaves it as the next part wants it.
func TestUI(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(tmux.ErrNotInstalled)
		}
		t.Log("NOT TESTED: the terminal UI, because", tmux.ErrNotInstalled)
		return
	}
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	manifests, err := os.ReadFile("testdata/tenant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode(manifests)
	if err := errors.Join(err, c.InstallFlux(t.Context(), cluster.InstallOptions{}), c.Apply(t.Context(), objects...), c.ApplyStatus(t.Context(), objects[len(objects)-1])); err != nil {
		t.Fatal(err)
	}
	u := &uses{Cluster: c, program: build(t), kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	if err := c.UserKubeconfig(u.kubeconfig, "oncall", "system:masters"); err != nil {
		t.Fatal(err)
	}
	t.Run("without a terminal", u.noTerminal)
	t.Run("watch", u.watch)
	t.Run("all is well", u.well)
	if err := c.Break(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Run("problems", u.problems)
	t.Run("explore", u.explore)
	t.Run("take away", u.takeAway)
	t.Run("mouse", u.mouse)
	t.Run("looks", u.looks)
	t.Run("leave", u.leave)
}

// uses are what is done with the UI.
type uses struct {
	*cluster.Cluster
	program, kubeconfig string
}

func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(dir, "flux-probe"), "./cmd/flux-probe")
	cmd.Dir = "../.." // with the dependencies of its own module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building flux-probe: %v\n%s", err, out)
	}
	return dir
}

// environment is that in which flux-probe runs.
func (u *uses) environment() []string {
	return []string{"KUBECONFIG=" + u.kubeconfig, "PATH=" + u.program + string(os.PathListSeparator) + os.Getenv("PATH")}
}

// terminal is a terminal whose errors fail the test.
type terminal struct {
	*testing.T
	*tmux.Terminal
	dir string // the working directory
}

func (u *uses) open(t *testing.T, width, height int, env ...string) *terminal {
	t.Helper()
	window, err := tmux.Open(t.Context(), width, height, append(u.environment(), env...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := window.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &terminal{t, window, t.TempDir()}
	w.run("cd " + w.dir + "; clear")
	return w
}

// run types a command line when the shell prompts: what is typed before it reads again is echoed twice, where
// nobody looks for it.
func (w *terminal) run(line string) {
	w.Helper()
	w.until("prompt", func(s string) bool { return strings.HasSuffix("\n"+strings.TrimRight(s, " \n"), "\n$") })
	if err := errors.Join(w.Type(line), w.Keys("Enter")); err != nil {
		w.Fatal(err)
	}
}

// types types text as it stands.
func (w *terminal) types(text string) {
	w.Helper()
	if err := w.Type(text); err != nil {
		w.Fatal(err)
	}
}

func (w *terminal) keys(keys ...string) {
	w.Helper()
	if err := w.Keys(keys...); err != nil {
		w.Fatal(err)
	}
}

// sees waits until the screen shows all of want.
func (w *terminal) sees(want ...string) string {
	w.Helper()
	screen, err := w.Wait(patience, strings.Join(want, " and "), func(screen string) bool {
		for _, text := range want {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
	if err != nil {
		w.Fatal(err)
	}
	return screen
}

// until waits until the screen satisfies done.
func (w *terminal) until(what string, done func(string) bool) string {
	w.Helper()
	screen, err := w.Wait(patience, what, done)
	if err != nil {
		w.Fatal(err)
	}
	return screen
}

// is wants a format of tmux to have a value.
func (w *terminal) is(format, want string) {
	w.Helper()
	deadline := time.Now().Add(patience)
	for {
		got, err := w.Format(format)
		if err != nil {
			w.Fatal(err)
		}
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s is %q, want %q", format, got, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// place is the line and the column of text on a screen, -1 when it is not there.
func place(screen, text string) [2]int {
	for y, line := range strings.Split(screen, "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return [2]int{y, utf8.RuneCountInString(before)}
		}
	}
	return [2]int{-1, -1}
}
