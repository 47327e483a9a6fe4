// SPDX-License-Identifier: Apache-2.0

// Package tmux runs programs in a real terminal that nobody looks at: a tmux server of its own, with a
// shell in one window, to which keys go and whose screen can be read.
package tmux

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ErrNotInstalled is what Open returns when there is no tmux on the PATH.
var ErrNotInstalled = errors.New("tmux is not installed")

// Terminal is a window of a tmux server that Close ends.
type Terminal struct {
	ctx context.Context
	dir string // holds the socket
}

// Open starts a terminal of width by height cells with an empty prompt. The shell has the environment of
// this process and env; TERM is tmux's own unless env says otherwise.
func Open(ctx context.Context, width, height int, env ...string) (*Terminal, error) {
	if _, err := exec.LookPath("tmux"); err != nil {
		return nil, ErrNotInstalled
	}
	dir, err := os.MkdirTemp("", "flux-probe-tmux-")
	if err != nil {
		return nil, err
	}
	t := &Terminal{ctx: ctx, dir: dir}
	args := []string{"new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "env", "-u", "TMUX", "-u", "NO_COLOR"}
	args = append(append(args, env...), "PS1=$ ", "sh")
	if _, err := t.command(args...); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	for _, option := range [...][]string{
		{"set-option", "-g", "status", "off"},
		{"set-option", "-s", "set-clipboard", "on"},
		{"set-option", "-s", "escape-time", "10"},
		{"set-option", "-g", "mouse", "on"},
		{"resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height)}, // the status line took one
	} {
		if _, err := t.command(option...); err != nil {
			return nil, errors.Join(err, t.Close())
		}
	}
	return t, nil
}

// Close ends the server and all that runs in it.
func (t *Terminal) Close() error {
	t.ctx = context.WithoutCancel(t.ctx) // also when the test is over
	_, err := t.command("kill-server")
	return errors.Join(err, os.RemoveAll(t.dir))
}

// Keys presses keys by the names that tmux send-keys has: Enter, Escape, C-c; anything else is typed.
func (t *Terminal) Keys(keys ...string) error {
	_, err := t.command(append([]string{"send-keys"}, keys...)...)
	return err
}

// Type types text as it is.
func (t *Terminal) Type(text string) error {
	_, err := t.command("send-keys", "-l", text)
	return err
}

// Resize changes the size of the terminal, in cells.
func (t *Terminal) Resize(width, height int) error {
	_, err := t.command("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
	return err
}

// Screen is what the terminal shows, a line each, without styling.
func (t *Terminal) Screen() (string, error) { return t.command("capture-pane", "-p") }

// Styled is what the terminal shows, with the escape sequences of its styling.
func (t *Terminal) Styled() (string, error) { return t.command("capture-pane", "-p", "-e") }

// Format is what a tmux format says about the window, such as #{alternate_on}.
func (t *Terminal) Format(format string) (string, error) {
	out, err := t.command("display-message", "-p", format)
	return strings.TrimSpace(out), err
}

// Clipboard is what a program has sent to the terminal's clipboard last, empty when nothing was.
func (t *Terminal) Clipboard() string {
	text, err := t.command("show-buffer")
	if err != nil {
		return "" // no buffers
	}
	return text
}

// Wait looks at the screen until it satisfies done, and returns it. After patience it is an error that
// shows the screen.
func (t *Terminal) Wait(patience time.Duration, what string, done func(screen string) bool) (string, error) {
	deadline := time.Now().Add(patience)
	for {
		screen, err := t.Screen()
		switch {
		case err != nil:
			return "", err
		case done(screen):
			return screen, nil
		case time.Now().After(deadline):
			return screen, fmt.Errorf("no %s within %s; the screen:\n%s", what, patience, screen)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (t *Terminal) command(args ...string) (string, error) {
	cmd := exec.CommandContext(t.ctx, "tmux", append([]string{"-S", filepath.Join(t.dir, "socket"), "-f", "/dev/null"}, args...)...)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("tmux %s: %w: %s", args[0], err, strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}
