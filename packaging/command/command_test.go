// SPDX-License-Identifier: Apache-2.0

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDocs reads the commands from the program, and writes everything about them twice.
func TestDocs(t *testing.T) {
	program := filepath.Join(t.TempDir(), "flux-probe")
	build := exec.Command("go", "build", "-o", program, "./cmd/flux-probe")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	root, err := Read(program)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Markdown(root)
	if err != nil {
		t.Fatal(err)
	}
	if current, err := os.ReadFile("../../docs/commands.md"); err != nil || string(current) != string(page)+"\n" {
		t.Errorf("docs/commands.md is not what the commands say: run make docs (%v)", err)
	}
	if home, err := os.UserHomeDir(); err == nil && strings.Contains(string(page), home+"/") {
		t.Error("the page names the home folder of whoever wrote it")
	}
	date := time.Unix(1767323045, 0).UTC()
	var pages [2]string
	for i := range pages {
		folder := filepath.Join(t.TempDir(), "man")
		if err := WriteManPages(root, folder, "v1.2.3", date); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*.1"))
		if err != nil || len(files) < 10 {
			t.Fatalf("%v: %v", err, files)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(text), `"1" "Jan 2026" "flux-probe v1.2.3" "flux-probe"`) {
				t.Errorf("%s: %v\n%.300s", file, err, text)
			}
			pages[i] += string(text)
		}
	}
	if pages[0] != pages[1] {
		t.Error("equal sources make different man pages")
	}
	folder := filepath.Join(t.TempDir(), "completions")
	if err := WriteCompletions(program, folder); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != len(shells)+1 {
		t.Errorf("%v: %v", err, files)
	}
}
