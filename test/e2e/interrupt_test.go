// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// testInterrupt sends a signal when the server has fallen silent after some answers: what is known is
// printed, the rest is undetermined.
func testInterrupt(t *testing.T, c *cluster.Cluster, signal os.Signal) {
	t.Parallel()
	const answered = 50
	var asked atomic.Int32
	var once sync.Once
	stuck := make(chan struct{})
	server := proxy(t, c, func(pass http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) <= answered {
				pass.ServeHTTP(w, r)
				return
			}
			once.Do(func() { time.AfterFunc(time.Second, func() { close(stuck) }) }) // the answers arrive
			silence(w, r)
		})
	})
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "flux-probe", "--server", server, "--output", "json", "--only", "controllers")
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-stuck
	interrupted := time.Now()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if took := time.Since(interrupted); took > probeEnds {
		t.Errorf("ended %s after the interrupt", took)
	}
	var report probe.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	known, open := 0, 0
	for _, f := range report.Findings {
		switch {
		case f.Access == nil:
		case f.Verdict == matrix.Pass:
			known++
		case f.Verdict == matrix.Undetermined && f.Reason == "not asked before the run ended":
			open++
		default:
			t.Errorf("%s %v: %s, %q", f.Code, f.Access, f.Verdict, f.Reason)
		}
	}
	if status := cmd.ProcessState.ExitCode(); status != 130 || !report.Interrupted || known < answered || open == 0 {
		t.Errorf("exit status %d, interrupted %t, %d known, %d open; want 130, true, at least %d, some", status, report.Interrupted, known, open, answered)
	}
}

// probeEnds is far more than the second that an interrupted run takes, as the tests' machine may be
// busy, and far less than the patience that it has with a server.
const probeEnds = 10 * time.Second
