// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// binaries are the programs that Start runs.
var binaries = [...]string{"etcd", "kube-apiserver"}

// Assets returns the folder that holds etcd and kube-apiserver. It is $KUBEBUILDER_ASSETS when that is
// set; else a folder of the user's cache, keyed by the go.mod and go.sum of test/apiserver. When that
// folder is incomplete it is filled: setup-envtest downloads the binaries in seconds where its index is
// reachable, and where it is not they are built from their Go modules, about ten minutes cold on two
// cores. Progress is printed on stderr. Concurrent callers wait for the first.
func Assets(ctx context.Context) (string, error) {
	if dir := os.Getenv("KUBEBUILDER_ASSETS"); dir != "" {
		if !complete(dir) {
			return "", fmt.Errorf("KUBEBUILDER_ASSETS is %s, which lacks etcd or kube-apiserver: correct or unset it", dir)
		}
		return dir, nil
	}
	source, err := folder(ctx, "apiserver")
	if err != nil {
		return "", err
	}
	dir, err := cacheDir(source)
	if err != nil {
		return "", err
	}
	if complete(dir) {
		return dir, nil
	}
	unlock, err := lockedfile.MutexAt(dir + ".lock").Lock()
	if err != nil {
		return "", fmt.Errorf("locking the cache of test binaries: %w", err)
	}
	defer unlock()
	if complete(dir) {
		return dir, nil
	}
	err = download(ctx, dir)
	if err != nil && ctx.Err() == nil {
		progress("%v", err)
		progress("building them from their Go modules instead: about 10 minutes on 2 cores, once")
		err = build(ctx, source, dir)
	}
	if err != nil {
		return "", fmt.Errorf("getting etcd and kube-apiserver: %w", err)
	}
	return dir, nil
}

// complete tells whether a folder holds all binaries. They are put there by a rename, so one that is
// there is whole.
func complete(dir string) bool {
	for _, name := range binaries {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			return false
		}
	}
	return true
}

// setupEnvtest is the newest tagged release of the downloader that Go 1.26 can run.
const setupEnvtest = "sigs.k8s.io/controller-runtime/tools/setup-envtest@v0.25.1"

// download lets setup-envtest fetch the binaries and links them into dir. It gives up after a minute:
// behind a firewall building is quicker than waiting for time-outs.
func download(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	progress("looking for etcd and kube-apiserver with setup-envtest")
	cmd := exec.CommandContext(ctx, "go", "run", setupEnvtest, "use", "1.37.x", "--bin-dir", dir+".envtest", "-p", "path")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	path, err := output(cmd)
	if err != nil {
		return err
	}
	if !complete(path) {
		return fmt.Errorf("no etcd and kube-apiserver in %s", path)
	}
	for _, name := range binaries {
		link := filepath.Join(dir, name)
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(filepath.Join(path, name), link); err != nil {
			return err
		}
	}
	return nil
}

// build compiles the two mains of test/apiserver. The version is stamped as a release build does it,
// because `kubectl version` and the probe read it from the server.
func build(ctx context.Context, source, dir string) error {
	const stamp = "-X k8s.io/component-base/version."
	ldflags := "-s -w " + stamp + "gitVersion=v1.37.2 " + stamp + "gitMajor=1 " + stamp + "gitMinor=37"
	for _, name := range binaries {
		if err := buildOne(ctx, source, dir, name, ldflags, "./"+name); err != nil {
			return err
		}
	}
	return nil
}

// buildOne compiles one main package of the module in folder source into dir.
func buildOne(ctx context.Context, source, dir, name, ldflags, pkg string) error {
	started := time.Now()
	progress("building %s", name)
	temporary := filepath.Join(dir, name+".new")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", ldflags, "-o", temporary, pkg)
	cmd.Dir = source
	if _, err := output(cmd); err != nil {
		return fmt.Errorf("building %s: %w", name, err)
	}
	if err := os.Rename(temporary, filepath.Join(dir, name)); err != nil {
		return err
	}
	progress("built %s in %s", name, time.Since(started).Round(time.Second))
	return nil
}
