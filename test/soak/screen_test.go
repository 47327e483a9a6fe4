// SPDX-License-Identifier: Apache-2.0

package soak

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/tmux"
)

// patience is far more than anything takes, as the tests' machine may be busy.
const patience = time.Minute

// open starts the terminal UI, and lets it watch.
func (s *soak) open() {
	s.Helper()
	window, err := tmux.Open(s.Context(), 120, 36, "KUBECONFIG="+s.config)
	s.must(err)
	s.Cleanup(func() {
		if err := window.Close(); err != nil {
			s.Error(err)
		}
	})
	s.window = window
	s.sees("$")
	s.must(window.Type("cd " + s.dir + "; sh -c 'echo $$ > pid; exec " + s.program + "'"))
	s.must(window.Keys("Enter"))
	s.sees("as expected")
	s.must(window.Keys("w"))
	s.sees("watching: RBAC, Flux objects and Deployments")
}

// compare waits until the findings of the UI are those of a fresh run.
func (s *soak) compare() {
	s.Helper()
	var diff string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Second) {
		if diff = cmp.Diff(s.fresh(), s.shown()); diff == "" {
			return
		}
	}
	screen, _ := s.window.Screen()
	s.Fatalf("a fresh run (-) and the screen (+) differ:\n%s\n%s", diff, screen)
}

// fresh are the verdicts of a run of its own.
func (s *soak) fresh() map[string]matrix.Verdict {
	s.Helper()
	s.runs++
	cmd := exec.CommandContext(s.Context(), s.program, "--kubeconfig", s.config, "-o", "json")
	out, err := cmd.Output() // the exit status says what failed
	if len(out) == 0 {
		s.Fatal(err)
	}
	return s.verdicts(out)
}

// shown are the verdicts of the report that the UI writes.
func (s *soak) shown() map[string]matrix.Verdict {
	s.Helper()
	s.must(s.window.Keys("e"))
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(s.dir, "flux-probe-*.json"))
		s.must(err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			s.must(err)
			if bytes.HasSuffix(bytes.TrimSpace(content), []byte("}")) && json.Valid(content) {
				s.must(os.Remove(file))
				return s.verdicts(content)
			}
		}
		if time.Now().After(end) {
			screen, _ := s.window.Screen()
			s.Fatalf("no report was written:\n%s", screen)
		}
	}
}

// verdicts are those of a report, by what is checked.
func (s *soak) verdicts(document []byte) map[string]matrix.Verdict {
	s.Helper()
	var report probe.Report
	s.must(json.Unmarshal(document, &report))
	verdicts := map[string]matrix.Verdict{}
	for _, f := range report.Findings {
		access := ""
		if f.Access != nil {
			access = f.Access.String()
		}
		verdicts[strings.Join([]string{f.Code, string(f.Severity), f.Subject.String(), access, f.Origin.Get().String(), f.Because, f.Observed}, "|")] = f.Verdict
	}
	return verdicts
}

// memory is what the UI occupies, in bytes.
func (s *soak) memory() int {
	s.Helper()
	pid, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	s.must(err)
	status, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/status")
	s.must(err)
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(kib)[0])
			s.must(err)
			return n << 10
		}
	}
	s.Fatal("the process does not exist")
	return 0
}

// reads counts how often the UI read the cluster: how often it listed ClusterRoles, less the runs beside it.
func (s *soak) reads() int {
	s.Helper()
	content, err := os.ReadFile(s.AuditLog)
	s.must(err)
	return bytes.Count(content, []byte(`"requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterroles?`)) - s.runs
}

// leave ends the UI.
func (s *soak) leave() {
	s.Helper()
	s.must(s.window.Keys("q"))
	s.sees("$")
}

func (s *soak) sees(text string) {
	s.Helper()
	if _, err := s.window.Wait(patience, text, func(screen string) bool { return strings.Contains(screen, text) }); err != nil {
		s.Fatal(err)
	}
}

func (s *soak) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
