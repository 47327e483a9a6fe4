// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// WriteManPages writes a man page of section 1 for each command. All have one date, so that equal sources make
// equal pages.
func WriteManPages(root *cobra.Command, folder, version string, date time.Time) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	header := &doc.GenManHeader{Section: "1", Source: "flux-probe " + version, Manual: "flux-probe", Date: &date}
	return doc.GenManTree(root, header, folder)
}

// Markdown returns one page about all commands.
func Markdown(root *cobra.Command) ([]byte, error) {
	var page bytes.Buffer
	page.WriteString("# Commands\n\nWritten by `make docs` from the commands themselves.\n\n")
	for _, cmd := range all(root) {
		link := func(file string) string { return "#" + strings.ReplaceAll(strings.TrimSuffix(file, ".md"), "_", "-") }
		if err := doc.GenMarkdownCustom(cmd, &page, link); err != nil {
			return nil, fmt.Errorf("describing %s: %w", cmd.CommandPath(), err)
		}
	}
	return bytes.TrimRight(page.Bytes(), "\n"), nil
}

func all(cmd *cobra.Command) []*cobra.Command {
	found := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			found = append(found, all(sub)...)
		}
	}
	return found
}

// shells are those that completions are written for, with the names of the files that packages install.
var shells = map[string]string{"bash": "flux-probe.bash", "zsh": "_flux-probe", "fish": "flux-probe.fish", "powershell": "flux-probe.ps1"}

// WriteCompletions writes what the program at path prints for each shell, and for kubectl.
func WriteCompletions(path, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for shell, name := range shells {
		script, err := exec.Command(path, "completion", shell).Output()
		if err != nil {
			return fmt.Errorf("completing in %s: %w", shell, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), script, 0o644); err != nil {
			return err
		}
	}
	return exec.Command(path, "completion", "kubectl", folder).Run()
}
