// SPDX-License-Identifier: Apache-2.0

// Command picture makes the recording of the README: it runs flux-probe in a terminal against a real API
// server with a Flux that has two faults, presses keys, and captures the screens with their colours. It writes
// them as an SVG that moves and as an asciicast: `make picture`.
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
	rows    = 36
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
	frames, err := record(ctx, probe, kubeconfig)
	if err != nil {
		return err
	}
	recording, err := cast(frames)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(out, []byte(draw(frames)), 0o644),
		os.WriteFile(strings.TrimSuffix(out, ".svg")+".cast", recording, 0o644),
	)
}

// step is a key that is pressed, what the screen has to show after it, and for how long that is looked at.
type step struct {
	key   string
	until *regexp.Regexp
	shown time.Duration
}

// story is what somebody on call does: read the worst problem, why it is so and what mends it, then the next one, and
// look at the matrix.
var story = []step{
	{"Enter", regexp.MustCompile(`problems 1/[0-9]`), 5 * time.Second},
	{"Enter", regexp.MustCompile(`evidence`), 5 * time.Second},
	{"x", regexp.MustCompile(`the change`), 5 * time.Second},
	{"n", regexp.MustCompile(`problems 2/[0-9]`), 4 * time.Second},
	{"2", regexp.MustCompile(`RESOURCE`), 5 * time.Second},
}

// record runs flux-probe in a terminal and tells the story.
func record(ctx context.Context, probe, kubeconfig string) (frames []frame, err error) {
	window, err := tmux.Open(ctx, columns, rows, "KUBECONFIG="+kubeconfig, "PATH="+filepath.Dir(probe)+":"+os.Getenv("PATH"),
		"COLORTERM=truecolor", "TERM=xterm-256color") // colours as they are meant
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, window.Close()) }()
	if err := window.Type(filepath.Base(probe)); err != nil {
		return nil, err
	}
	look := func(s step) error {
		if _, err := window.Wait(time.Minute, s.until.String(), s.until.MatchString); err != nil {
			return err
		}
		screen, err := window.Styled()
		frames = add(frames, screen, s.shown)
		return err
	}
	if err := look(step{until: regexp.MustCompile(`\$ ` + filepath.Base(probe)), shown: time.Second}); err != nil {
		return nil, err
	}
	for _, s := range story {
		if err := errors.Join(window.Keys(s.key), look(s)); err != nil {
			return nil, err
		}
	}
	return frames, nil
}
