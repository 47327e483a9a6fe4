// SPDX-License-Identifier: Apache-2.0

// Package soak watches a cluster with the terminal UI of the real binary while the cluster changes each second. At
// checkpoints, what the UI shows must be what a fresh run finds; its memory must stay flat; and it must not read the
// cluster more often than its limit allows.
package soak

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/test/cluster"
	"github.com/flux-probe/flux-probe/test/tmux"
)

var duration = flag.Duration("soak", 90*time.Second, "how long the cluster changes")

const (
	// interval is the time between two checkpoints.
	interval = 20 * time.Second
	// floor is the least time between two reads of the whole cluster (probe/cluster/gather.go), after the first
	// changes that need not wait.
	floor, burst = 5 * time.Second, 10
)

// auditPolicy logs what flux-probe lists.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Metadata, verbs: [list], users: [oncall]}
- {level: None}
`

func TestWatchUnderChurn(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(tmux.ErrNotInstalled)
		}
		t.Log("NOT TESTED: the watch of the terminal UI, because", tmux.ErrNotInstalled)
		return
	}
	s := start(t)
	s.open()
	began := time.Now()
	memory := s.memory()
	mutations, checkpoints := 0, 0
	c := &churn{Cluster: s.Cluster, random: rand.New(rand.NewPCG(1, 2))}
	for time.Since(began) < *duration {
		made, err := c.keep(t.Context(), interval)
		if err != nil {
			t.Fatal(err)
		}
		mutations += made
		s.compare()
		checkpoints++
		if checkpoints == 1 {
			memory = s.memory() // of a program that has read the cluster again
		}
	}
	elapsed := time.Since(began)
	now, reads := s.memory(), s.reads()
	t.Logf("%d mutations in %s, %d checkpoints, %d reads of the cluster, %d MiB at first and %d MiB at last",
		mutations, elapsed.Round(time.Second), checkpoints, reads, memory>>20, now>>20)
	if most := burst*checkpoints + int(elapsed/floor); reads > most {
		t.Errorf("the cluster was read %d times, more than %d", reads, most)
	}
	if now > memory*3/2 {
		t.Errorf("memory grew from %d to %d bytes", memory, now)
	}
	s.leave()
}

// soak is a cluster, and the terminal UI that watches it.
type soak struct {
	*testing.T
	*cluster.Cluster
	window          *tmux.Terminal
	program, config string
	runs            int    // beside it
	dir             string // where the UI runs and writes its reports
}

func start(t *testing.T) *soak {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{AuditPolicy: auditPolicy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	manifests, err := os.ReadFile("../tui/testdata/tenant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode(manifests)
	if err := errors.Join(err, c.InstallFlux(t.Context(), cluster.InstallOptions{}), c.Apply(t.Context(), objects...), c.ApplyStatus(t.Context(), objects[len(objects)-1])); err != nil {
		t.Fatal(err)
	}
	s := &soak{T: t, Cluster: c, dir: t.TempDir()}
	s.config, s.program = filepath.Join(s.dir, "kubeconfig"), filepath.Join(t.TempDir(), "flux-probe")
	if err := c.UserKubeconfig(s.config, "oncall", "system:masters"); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", s.program, "./cmd/flux-probe")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building flux-probe: %v\n%s", err, out)
	}
	return s
}
