// SPDX-License-Identifier: Apache-2.0

// Package e2e drives the real flux-probe binary against a real API server. Each script in testdata
// begins with an empty cluster, says which Flux it wants (fluxinstall 2.9), changes it and looks at what
// the binary prints and how it exits. -update rewrites the expected outputs in the scripts.
package e2e

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/klog/v2"

	"github.com/flux-probe/flux-probe/test/cluster"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// TestMain builds flux-probe once and puts it first on the PATH of all tests.
func TestMain(m *testing.M) {
	flag.Parse()
	klog.SetSlogLogger(slog.New(slog.DiscardHandler)) // as flux-probe does
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	bin, err := os.MkdirTemp("", "flux-probe-e2e-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(bin) }()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "flux-probe"), "./cmd/flux-probe")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building flux-probe: %w\n%s", err, out)
	}
	if err := os.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// server runs an API server as most tests want it.
func server(t *testing.T) *cluster.Cluster {
	t.Helper()
	return start(t, cluster.Options{})
}

// start runs an API server for one test.
func start(t *testing.T, options cluster.Options) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	return c
}

// TestScripts runs the scripts one after the other on one server, which is emptied before each, and
// looks once more at what they leave behind.
func TestScripts(t *testing.T) {
	c := server(t)
	testscript.RunT(sequential{t}, testscript.Params{
		Dir:                 "testdata",
		Cmds:                commands(t.Context(), c),
		Condition:           condition(c),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			if err := c.Reset(t.Context()); err != nil {
				return err
			}
			env.Defer(func() { afterwards(env.T().(sequential).T, c) })
			kubeconfig := filepath.Join(env.WorkDir, ".kubeconfig")
			env.Setenv("KUBECONFIG", kubeconfig)
			env.Setenv("SERVER", c.Config.Host)
			return c.UserKubeconfig(kubeconfig, "admin", "system:masters")
		},
	})
}

// sequential keeps scripts from running in parallel: Flux is one per cluster.
type sequential struct{ *testing.T }

// Parallel does nothing.
func (sequential) Parallel() {}

// Run runs a script as a subtest.
func (s sequential) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(sequential{t}) })
}

// Verbose tells whether passing scripts are logged.
func (sequential) Verbose() bool { return testing.Verbose() }
