// SPDX-License-Identifier: Apache-2.0

// Package reality compares what flux-probe predicts with what the real kustomize-controller then does,
// on a real API server.
//
//	random rights ──▶ API server ◀──reconcile── kustomize-controller ◀──artifact── a source on loopback
//	                      └──snapshot, reviews──▶ prediction ──compare──▶ condition Ready
package reality

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// startController runs kustomize-controller with its own ServiceAccount outside of the cluster, until
// the test ends or stop is called. args come on top of those that it needs for that.
func startController(t *testing.T, c *cluster.Cluster, args ...string) (stop func()) {
	t.Helper()
	path, err := cluster.KustomizeController(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	if err := c.ServiceAccountKubeconfig(t.Context(), kubeconfig, "flux-system", "kustomize-controller"); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "kustomize-controller.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{
		"--enable-leader-election=false", "--events-addr=", "--watch-all-namespaces=true", "--log-level=error",
		"--metrics-addr=" + freePort(t), "--health-addr=" + freePort(t),
		"--kube-api-qps=500", "--kube-api-burst=1000", "--concurrent=4", "--requeue-dependency=1s",
	}, args...)...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "RUNTIME_NAMESPACE=flux-system", "TMPDIR="+dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = cmd.Wait() // it ends by a signal
	}()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-exited:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-exited
		}
		_ = log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("kustomize-controller: %s", text[max(0, len(text)-3000):])
		}
	}
	t.Cleanup(stop)
	return stop
}

// freePort returns a loopback address that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return fmt.Sprintf("127.0.0.1:%d", l.Addr().(*net.TCPAddr).Port)
}
