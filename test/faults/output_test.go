// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// outputs gives flux-probe files that cannot be written to. A report that is not there is no success,
// whatever it would have said.
func outputs(t *testing.T, s *server, results *results) {
	for _, format := range []string{"json", "table", "junit"} {
		for _, kind := range []string{"stdout closed", "stdout is a broken pipe", "disk full", "disk full, file"} {
			args := append(selection(s.state), "--output", format)
			if kind == "disk full, file" {
				args = append(selection(s.state), "--output", "name", "--output", format+"="+full(t))
			}
			c := cell{kind: kind, in: s.state, moment: "--output " + format, may: unclear, disturbance: disturbance{on: everything}, args: args}
			t.Run(c.name(), func(t *testing.T) {
				o := unwritable(t, s, kind, args)
				problems := unclean(o)
				if kind == "stdout closed" { // Go opens /dev/null in its place, and that takes everything
					if o.status != s.state.status || o.stderr != "" {
						problems = append(problems, fmt.Sprintf("exit status %d, want %d; %.300q", o.status, s.state.status, o.stderr))
					}
					results.report(t, c, o, problems)
					return
				}
				if o.status == 0 || o.status == 1 || o.status == 2 {
					problems = append(problems, fmt.Sprintf("exit status %d without a report", o.status))
				}
				if kind == "stdout is a broken pipe" { // who closes it has read what it wanted
					if o.stderr != "" {
						problems = append(problems, fmt.Sprintf("not quiet: %.300q", o.stderr))
					}
				} else if !strings.HasPrefix(o.stderr, "flux-probe: ") || strings.Count(o.stderr, "\n") != 1 {
					problems = append(problems, fmt.Sprintf("not one line on stderr: %.300q", o.stderr))
				}
				results.report(t, c, o, problems)
			})
		}
	}
}

// unwritable runs flux-probe with an output of the given kind.
func unwritable(t *testing.T, s *server, kind string, args []string) *outcome {
	t.Helper()
	p := newProxy(t, s, nil)
	cmd := command(t, p, args)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	switch kind {
	case "stdout closed":
		// A shell closes it; exec.Cmd opens /dev/null in its place.
		cmd.Args = append([]string{"sh", "-c", `exec "$@" >&-`, "sh"}, append([]string{binary}, cmd.Args[1:]...)...)
		cmd.Path = "/bin/sh"
	case "stdout is a broken pipe":
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = reader.Close()
		defer func() { _ = writer.Close() }()
		cmd.Stdout = writer
	case "disk full":
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = full.Close() }()
		cmd.Stdout = full
	}
	return finish(t, p, cmd, new(bytes.Buffer), &stderr, cmd.Start)
}

// full is the name of a file on a full disk.
func full(t *testing.T) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "report")
	if err := os.Symlink("/dev/full", link); err != nil {
		t.Fatal(err)
	}
	return link
}
