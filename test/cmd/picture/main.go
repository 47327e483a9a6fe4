// SPDX-License-Identifier: Apache-2.0

// Command picture makes the picture of the README: it runs flux-probe in a terminal against a real API
// server with a Flux that has two faults, captures the screen with its colours, and draws it as an SVG:
// `make picture`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/flux-probe/flux-probe/test/cluster"
	"github.com/flux-probe/flux-probe/test/tmux"
)

const (
	columns = 120
	lines   = 36
)

func main() {
	probe := flag.String("probe", "flux-probe", "the flux-probe `binary` that is run")
	out := flag.String("out", "ui.svg", "the `file` that is written")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *probe, *out); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, probe, out string) (err error) {
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	kubeconfig := filepath.Join(c.Dir, "kubeconfig")
	if err := errors.Join(c.InstallFlux(ctx, cluster.InstallOptions{}), c.Break(ctx), c.UserKubeconfig(kubeconfig, "oncall", "system:masters")); err != nil {
		return err
	}
	screen, err := capture(ctx, probe, kubeconfig)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(draw(screen)), 0o644)
}

// capture runs flux-probe until all is answered and goes to a failure; it returns the styled screen.
func capture(ctx context.Context, probe, kubeconfig string) (screen string, err error) {
	window, err := tmux.Open(ctx, columns, lines, "KUBECONFIG="+kubeconfig, "COLORTERM=truecolor", "TERM=xterm-256color") // colours as they are meant
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, window.Close()) }()
	if err := errors.Join(window.Type("clear; "+probe), window.Keys("Enter")); err != nil {
		return "", err
	}
	const patience = time.Minute
	failing := regexp.MustCompile(`[0-9] failing`)
	if _, err := window.Wait(patience, "result", func(s string) bool {
		header, _, _ := strings.Cut(s, "\n")
		return failing.MatchString(header) && !strings.Contains(header, "reviews")
	}); err != nil {
		return "", err
	}
	// The first failure that is an error: what the picture is to show in detail.
	deadline := time.Now().Add(patience)
	for {
		plain, err := window.Screen()
		if err == nil && strings.Contains(plain, "FP101 error") && strings.Contains(plain, "✗ missing") {
			return window.Styled()
		}
		if err == nil && time.Now().After(deadline) {
			err = fmt.Errorf("no failure is found; the screen:\n%s", plain)
		}
		if err := errors.Join(err, window.Keys("n")); err != nil {
			return "", err
		}
		time.Sleep(300 * time.Millisecond)
	}
}
