// SPDX-License-Identifier: Apache-2.0

// Package command reads the commands of flux-probe from the program itself, and renders them as man pages
// and as Markdown.
//
//	flux-probe __commands ──Read──▶ *cobra.Command ──cobra/doc──▶ man pages, Markdown
//
// The renderers and what they import stay out of flux-probe this way.
package command

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"
)

// tree is a command as flux-probe describes it.
type tree struct {
	Use, Short, Long, Example string
	Flags                     []flag
	Commands                  []tree
}

type flag struct{ Name, Shorthand, Usage, Type, Default, NoOptDefault string }

// value is the value of a flag that is only described.
type value struct{ text, kind string }

// String returns the default.
func (v value) String() string { return v.text }

// Type names the type, as in --name type.
func (v value) Type() string { return v.kind }

// Set refuses: nothing is run here.
func (v value) Set(string) error { return fmt.Errorf("the flag is only described") }

// Read returns the commands of the program at path. None of them can be run.
func Read(path string) (*cobra.Command, error) {
	cmd := exec.Command(path, "__commands")
	cmd.Env = append(os.Environ(), "HOME=$HOME") // defaults that are in the home folder of whoever builds
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("reading the commands of %s: %w", path, err)
	}
	var root tree
	if err := json.Unmarshal(out, &root); err != nil {
		return nil, fmt.Errorf("reading the commands of %s: %w", path, err)
	}
	return root.command(), nil
}

func (t tree) command() *cobra.Command {
	cmd := &cobra.Command{
		Use: t.Use, Short: t.Short, Long: fenced(t.Long), Example: t.Example, DisableAutoGenTag: true,
		Run: func(*cobra.Command, []string) {}, // cobra takes a command that cannot be run for a help topic
	}
	cmd.CompletionOptions.DisableDefaultCmd = true
	for _, f := range t.Flags {
		described := cmd.Flags().VarPF(value{f.Default, f.Type}, f.Name, f.Shorthand, f.Usage)
		described.NoOptDefVal = f.NoOptDefault
	}
	for _, sub := range t.Commands {
		cmd.AddCommand(sub.command())
	}
	return cmd
}

// fenced keeps the lines of indented blocks apart, as --help shows them: in Markdown, and in man pages that are
// made from it, they would become one paragraph.
func fenced(text string) string {
	var out []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if indented := strings.HasPrefix(line, "  "); indented != inside {
			out, inside = append(out, "```"), indented
		}
		out = append(out, line)
	}
	if inside {
		out = append(out, "```")
	}
	return strings.Join(out, "\n")
}
