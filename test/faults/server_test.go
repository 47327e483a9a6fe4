// SPDX-License-Identifier: Apache-2.0

// Package faults puts a reverse proxy between the real flux-probe binary and a real API server, lets one
// thing go wrong in each run, and compares every finding with those of an undisturbed run.
//
//	flux-probe ──TLS, bearer token──▶ proxy ──client certificate──▶ kube-apiserver
//	                                    └─ gives the answers of a fault to the requests of a target
//
// The table in table_test.go lists the faults, what they hit and what may come of them. Whatever happens,
// no verdict may be false, nothing may be made up, and nothing may be left out without exit status 3.
package faults

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// server is the API server of all tests, in the state that was installed last.
type server struct {
	*cluster.Cluster
	state  state
	truths sync.Map // sync.OnceValue functions of *outcome by arguments
}

// start runs the API server for all tests.
func start(t *testing.T) *server {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	return &server{Cluster: c}
}

// install brings the server into a state and forgets what was true before.
func (s *server) install(t *testing.T, state state) {
	t.Helper()
	if err := state.install(t.Context(), s.Cluster); err != nil {
		t.Fatalf("installing the %s cluster: %v", state.name, err)
	}
	s.state = state
	s.truths.Clear()
}

// truth is the outcome of an undisturbed run with the same arguments.
func (s *server) truth(t *testing.T, args []string) *outcome {
	t.Helper()
	run, _ := s.truths.LoadOrStore(fmt.Sprint(args), sync.OnceValue(func() *outcome {
		p := newProxy(t, s, nil)
		return probe(t, p, args)
	}))
	truth := run.(func() *outcome)()
	if truth.report == nil || truth.stderr != "" || truth.status != s.state.status {
		t.Fatalf("an undisturbed run of the %s cluster has exit status %d, want %d\n%s", s.state.name, truth.status, s.state.status, truth.stderr)
	}
	return truth
}

// TestMain builds flux-probe once.
func TestMain(m *testing.M) {
	flag.Parse()
	// Many runs wait for patience to end; more at once than there are processors cost nothing.
	if err := flag.Set("test.parallel", "16"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// binary is the flux-probe that was built from this tree.
var binary string

func build(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "flux-probe-faults-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "flux-probe")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/flux-probe")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building flux-probe: %w\n%s", err, out)
	}
	return m.Run(), nil
}
