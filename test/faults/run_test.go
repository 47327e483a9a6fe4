// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	fluxprobe "github.com/flux-probe/flux-probe/probe"
)

const (
	// concurrency is --concurrency of all runs.
	concurrency = 8
	// longest is how long any run may take before it is killed.
	longest = 100 * time.Second
)

// outcome is what came of a run of flux-probe.
type outcome struct {
	status         int // as a shell has it: 128 and the signal's number for a process that a signal ended
	stdout, stderr string
	report         *fluxprobe.Report // nil when standard output is no report
	took           time.Duration
	memory         int // MiB

	requests, reviews int
	most              int // reviews in flight
	hits              int
	violations        []string
}

// probe runs flux-probe to its end.
func probe(t *testing.T, p *proxy, args []string) *outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := command(t, p, args)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	return finish(t, p, cmd, &stdout, &stderr, cmd.Start)
}

// command is flux-probe with an environment of its own, and JSON for its output unless args name another.
func command(t *testing.T, p *proxy, args []string) *exec.Cmd {
	args = slices.Concat([]string{"--concurrency", strconv.Itoa(concurrency)}, args)
	if !slices.Contains(args, "--output") {
		args = append(args, "--output", "json")
	}
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Env = []string{"KUBECONFIG=" + p.kubeconfig, "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	return cmd
}

// finish starts a command, waits for its end and reads what it left.
func finish(t *testing.T, p *proxy, cmd *exec.Cmd, stdout, stderr *bytes.Buffer, start func() error) *outcome {
	t.Helper()
	began := time.Now()
	if err := start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(longest, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	memory := peak(cmd.Process.Pid)
	if err, exit := cmd.Wait(), (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	o := &outcome{status: cmd.ProcessState.ExitCode(), took: time.Since(began), stdout: stdout.String(), stderr: stderr.String()}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		o.status = 128 + int(status.Signal())
	}
	o.memory = memory()
	var report fluxprobe.Report
	if err := json.Unmarshal([]byte(o.stdout), &report); err == nil && report.Kind == fluxprobe.ReportKind {
		o.report = &report
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	o.requests, o.reviews, o.most, o.hits = p.asked[everything], p.asked[reviews], p.most, p.hits
	o.violations = slices.Clone(p.violations)
	return o
}

// peak watches the most memory that a process uses, in MiB; what it returns ends that. (The usage that Wait
// reports counts the memory of the test itself, from before exec.)
func peak(pid int) (memory func() int) {
	done, most := make(chan struct{}), make(chan int)
	go func() {
		kib := 0
		for {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
				number, _ := strconv.Atoi(strings.Fields(rest)[0])
				kib = max(kib, number)
			}
			select {
			case <-done:
				most <- kib >> 10
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int {
		close(done)
		return <-most
	}
}
