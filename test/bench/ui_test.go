// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/test/cluster"
	"github.com/flux-probe/flux-probe/test/tmux"
)

// BenchmarkFirstFrame starts the terminal UI in tmux and prints how long it takes from the return key to
// the first frame, which shows no answer, and from there to the first answer on the screen. Looking at
// the screen is part of it: it takes some milliseconds each time.
func BenchmarkFirstFrame(b *testing.B) {
	c := start(b)
	if err := c.InstallFlux(b.Context(), cluster.InstallOptions{}); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	program, kubeconfig := filepath.Join(dir, "flux-probe"), filepath.Join(dir, "kubeconfig")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", program, "./cmd/flux-probe")
	build.Dir = "../.." // with the dependencies of its own module
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if err := c.UserKubeconfig(kubeconfig, "bench", "system:masters"); err != nil {
		b.Fatal(err)
	}
	window, err := tmux.Open(b.Context(), 160, 50, "KUBECONFIG="+kubeconfig)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := window.Close(); err != nil {
			b.Error(err)
		}
	}()
	var frames, firsts []time.Duration
	for b.Loop() {
		for range rounds {
			frame, answer := firstFrame(b, window, program)
			frames, firsts = append(frames, frame), append(firsts, answer)
		}
	}
	slices.Sort(frames)
	slices.Sort(firsts)
	frame, answer := frames[len(frames)/2], firsts[len(firsts)/2]
	b.ReportMetric(float64(frame.Milliseconds()), "frame-ms")
	fmt.Printf("first frame: %d ms after the start of the program (fastest %d ms)\n", frame.Milliseconds(), frames[0].Milliseconds())
	fmt.Printf("first answer on the screen: %d ms after the first frame (fastest %d ms)\n", answer.Milliseconds(), firsts[0].Milliseconds())
}

// answers is what the header says once the server has answered: what is settled by reading has its mark
// before.
var answers = regexp.MustCompile(`[1-9][0-9,]* / [0-9,]+ reviews|as expected|[0-9] failing`)

// firstFrame runs the UI once and leaves it when it has answers.
func firstFrame(b *testing.B, window *tmux.Terminal, program string) (frame, answer time.Duration) {
	b.Helper()
	const patience = time.Minute
	wait := func(what string, done func(string) bool) {
		if _, err := window.Wait(patience, what, done); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(window.Type("clear; "+program), window.Keys("Enter")); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	wait("frame", func(s string) bool { return strings.Contains(s, "┌ accounts") })
	framed := time.Now()
	wait("answer", func(s string) bool { return answers.MatchString(s) })
	answered := time.Now()
	if err := window.Keys("q"); err != nil {
		b.Fatal(err)
	}
	wait("prompt", func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "\n$") })
	return framed.Sub(began), answered.Sub(framed)
}
