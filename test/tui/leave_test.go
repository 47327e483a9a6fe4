// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

// takeAway copies the command and the finding, saves the report, and opens it again without the cluster.
func (u *uses) takeAway(t *testing.T) {
	w := u.open(t, 120, 36)
	w.run("flux-probe --only controllers; echo status=$?")
	w.matrix()
	w.keys("n", "y")
	w.sees("sent the command to the terminal (OSC 52)")
	if got := w.Clipboard(); !strings.HasPrefix(got, "kubectl auth can-i get leases.coordination.k8s.io ") || strings.Count(got, "--as-group=") != 3 {
		t.Errorf("y copies %q", got)
	}
	w.keys("Y")
	w.sees("sent the finding to the terminal (OSC 52)")
	var finding probe.Finding
	if err := json.Unmarshal([]byte(w.Clipboard()), &finding); err != nil || finding.Code != "FP101" || finding.Verdict != "missing" {
		t.Errorf("Y copies %+v, %v", finding, err)
	}
	w.keys("e")
	w.sees("wrote the report to flux-probe-")
	w.keys("q")
	w.sees("status=1")
	files, _ := filepath.Glob(filepath.Join(w.dir, "flux-probe-*.json"))
	if len(files) != 1 {
		t.Fatalf("reports written: %q", files)
	}
	var report probe.Report
	content, err := os.ReadFile(files[0])
	if err == nil {
		err = json.Unmarshal(content, &report)
	}
	if err != nil || report.Summary.Missing == 0 || report.Interrupted {
		t.Errorf("the report: %v, %+v", err, report.Summary)
	}

	w.run("clear; env KUBECONFIG=/nowhere flux-probe show " + filepath.Base(files[0]) + " -o tui; echo status=$?")
	w.sees("│ profile release │", "│ oncall", " failing")
	w.matrix()
	w.keys("n")
	w.sees("▲ missing", "get leases")
	w.keys("R")
	w.sees("a saved report has no cluster to ask")
	w.keys("q")
	w.sees("status=1")
}

// leave interrupts and suspends.
func (u *uses) leave(t *testing.T) {
	w := u.open(t, 80, 24)
	w.run("flux-probe; echo status=$?")
	w.until("streaming", streaming.MatchString)
	w.keys("C-c")
	w.sees("status=130", "interrupted")
	w.is("#{alternate_on}#{mouse_any_flag}", "00")

	for _, signal := range []string{"HUP", "TERM"} { // a terminal that is closed, and a shutdown
		w.run("clear; sh -c '(sleep 2; kill -" + signal + " $$) & exec flux-probe'; echo " + signal + "=$?")
		w.sees(signal+"=130", "interrupted")
		w.is("#{alternate_on}#{mouse_any_flag}", "00")
	}

	w.run("clear")
	w.run("flux-probe --only controllers")
	w.result(failing)
	shown := w.sees("┌ problems 1/")
	w.keys("C-z")
	w.is("#{alternate_on}#{mouse_any_flag}", "00")
	w.run("clear; echo suspended")
	w.until("prompt", func(s string) bool { return strings.HasPrefix(s, "suspended\n") })
	w.run("fg")
	w.is("#{alternate_on}", "1")
	w.until("the screen again", func(s string) bool { return s == shown })
	w.keys("C-c")
	w.is("#{alternate_on}", "0")
	w.run("echo status=$?")
	w.sees("\nstatus=1") // everything was answered: nothing was interrupted
}

// noTerminal wants no UI where there is no terminal, or another output.
func (u *uses) noTerminal(t *testing.T) {
	command := func(args ...string) (stdout, stderr string, status int) {
		var out, errs bytes.Buffer
		cmd := exec.CommandContext(t.Context(), filepath.Join(u.program, "flux-probe"), args...)
		cmd.Env = append(os.Environ(), u.environment()...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		return out.String(), errs.String(), cmd.ProcessState.ExitCode()
	}
	if stdout, stderr, status := command("-o", "tui"); status != 2 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "terminal") {
		t.Errorf("-o tui: status %d, %q, %q", status, stdout, stderr)
	}
	if stdout, _, status := command("--only", "reconcilers"); status != 0 || !strings.Contains(stdout, "reconcilers") || strings.Contains(stdout, "\x1b") {
		t.Errorf("no terminal: status %d, %q", status, stdout)
	}
	w := u.open(t, 100, 30)
	for _, line := range []string{"TERM=dumb flux-probe --only reconcilers", "flux-probe --only reconcilers -o table", "flux-probe --only reconcilers | cat"} {
		w.run("clear; " + line + "; echo status=$?")
		w.sees("✓ reconcilers", "\nstatus=0")
		w.is("#{alternate_on}", "0")
	}
	w.run("clear; TERM=dumb flux-probe -o tui; echo status=$?")
	w.sees("-o tui needs a terminal", "\nstatus=2")
}
