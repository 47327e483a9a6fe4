// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	fluxprobe "github.com/flux-probe/flux-probe/probe"
)

// soon is how long flux-probe may take to end when it is asked to.
const soon = time.Second

// interrupts ends runs by signals while the server is silent.
func interrupts(t *testing.T, s *server, results *results) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		for _, at := range []struct {
			on   target
			when moment
		}{{identity, atAllTimes}, {permission, atAllTimes}, {discovery, atAllTimes}, {"clusterroles", atAllTimes}, {reviews, afterFifty}, {everything, atAllTimes}} {
			c := cell{
				kind: signal.String() + " while everything hangs", in: s.state, moment: at.when.name, may: unclear, args: selection(s.state),
				disturbance: disturbance{kind("hangs"), at.on, at.when.when},
			}
			t.Run(c.name(), func(t *testing.T) {
				truth := s.truth(t, c.args)
				o, after := interrupt(t, newProxy(t, s, &c.disturbance), c.args, signal)
				problems := judgeInterrupted(o, truth, signal, s.verify(t.Context()))
				if after > soon {
					problems = append(problems, fmt.Sprintf("ended %s after the signal", after.Round(time.Millisecond)))
				}
				results.report(t, c, o, problems)
			})
		}
	}
}

// interrupt starts a run, sends it a signal when it has been waiting for a while, and returns how long it
// took to end.
func interrupt(t *testing.T, p *proxy, args []string, signal os.Signal) (*outcome, time.Duration) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := command(t, p, args)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var sent time.Time
	o := finish(t, p, cmd, &stdout, &stderr, func() error {
		if err := cmd.Start(); err != nil {
			return err
		}
		for deadline := time.Now().Add(10 * time.Second); p.hitCount() == 0; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Error("nothing hangs after 10 seconds")
				break
			}
		}
		time.Sleep(200 * time.Millisecond)
		sent = time.Now()
		return cmd.Process.Signal(signal)
	})
	return o, time.Since(sent)
}

// judgeInterrupted lists what is wrong with a run that was interrupted: it ends as a shell reports the
// signal, with what is known, or with one line that explains it.
func judgeInterrupted(o, truth *outcome, signal syscall.Signal, verify func(fluxprobe.Finding) bool) []string {
	problems := unclean(o)
	if want := 128 + int(signal); o.status != want && o.status != 130 {
		problems = append(problems, fmt.Sprintf("exit status %d, want %d", o.status, want))
	}
	if signal == syscall.SIGHUP && o.stdout == "" && o.stderr == "" {
		return problems // the terminal is gone: no one is left to read a line
	}
	if o.report == nil {
		if lines := strings.Count(o.stderr, "\n"); o.stdout != "" || lines != 1 || !strings.HasPrefix(o.stderr, "flux-probe: ") {
			problems = append(problems, fmt.Sprintf("neither a report nor one line: %.100q %.300q", o.stdout, o.stderr))
		}
		return problems
	}
	if d := compare(o.report, truth.report, verify); len(d.wrong) > 0 || !o.report.Interrupted || !d.noticed() {
		problems = append(problems, fmt.Sprintf("interrupted: %t, %d undetermined, false: %q", o.report.Interrupted, d.lost, d.wrong))
	}
	return problems
}
