// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
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

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"github.com/flux-probe/flux-probe/test/cluster"
	"github.com/flux-probe/flux-probe/test/tmux"
)

// BenchmarkFirstFrame starts the terminal UI on a pseudo-terminal and prints how long it takes from the
// start of the process to the last byte of its first frame, which shows no answer yet; then in tmux, how
// long from the first frame to the first answer on the screen. There looking at the screen is part of
// it: it takes some milliseconds each time.
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
	b.Run("frame", func(b *testing.B) {
		median, fastest := times(b, func() time.Duration { return frame(b, program, kubeconfig) })
		b.ReportMetric(float64(median.Milliseconds()), "frame-ms")
		fmt.Printf("first frame: %d ms after the start of the program (fastest %d ms)\n", median.Milliseconds(), fastest.Milliseconds())
	})
	b.Run("answer", func(b *testing.B) { answered(b, program, kubeconfig) })
}

// times calls f often, and gives the median and the least of what it returns.
func times(b *testing.B, f func() time.Duration) (median, fastest time.Duration) {
	var all []time.Duration
	for b.Loop() {
		for range 2*rounds + 1 {
			all = append(all, f())
		}
	}
	slices.Sort(all)
	return all[len(all)/2], all[0]
}

// frame runs the UI on a terminal of 160 by 50, and leaves it when it has drawn once.
func frame(b *testing.B, program, kubeconfig string) time.Duration {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "TERM=xterm-256color", "COLORTERM=truecolor", "TMUX=")
	began := time.Now()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 160})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		cancel() // the frame is all that is wanted of it
		_ = cmd.Wait()
		_ = terminal.Close()
	}()
	var drawn []byte
	chunk := make([]byte, 64<<10)
	for {
		n, err := terminal.Read(chunk)
		drawn = append(drawn, chunk[:n]...)
		if text := ansi.Strip(string(drawn)); strings.Contains(text, "accounts ─") && strings.Contains(text, "q quit") {
			return time.Since(began)
		}
		if err != nil {
			b.Fatalf("no frame: %v\n%q", err, drawn)
		}
	}
}

// answered runs the UI in tmux.
func answered(b *testing.B, program, kubeconfig string) {
	window, err := tmux.Open(b.Context(), 160, 50, "KUBECONFIG="+kubeconfig)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := window.Close(); err != nil {
			b.Error(err)
		}
	}()
	median, fastest := times(b, func() time.Duration { return firstAnswer(b, window, program) })
	fmt.Printf("first answer on the screen: %d ms after the first frame (fastest %d ms)\n", median.Milliseconds(), fastest.Milliseconds())
}

// answers is what the header says once the server has answered: what is decided by reading objects has its mark
// before.
var answers = regexp.MustCompile(`[1-9][0-9,]* / [0-9,]+ reviews|as expected|[0-9] failing`)

// firstAnswer runs the UI once and leaves it when it has answers.
func firstAnswer(b *testing.B, window *tmux.Terminal, program string) time.Duration {
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
	wait("frame", func(s string) bool { return strings.Contains(s, "┌ accounts") })
	framed := time.Now()
	wait("answer", func(s string) bool { return answers.MatchString(s) })
	answered := time.Now()
	if err := window.Keys("q"); err != nil {
		b.Fatal(err)
	}
	wait("prompt", func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "\n$") })
	return answered.Sub(framed)
}
