// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// folder returns a folder of the test module, found from the working directory: `go test` and `go run`
// start inside the module.
func folder(ctx context.Context, name string) (string, error) {
	gomod, err := output(exec.CommandContext(ctx, "go", "env", "GOMOD"))
	if err != nil {
		return "", fmt.Errorf("finding the test module: %w", err)
	}
	dir := filepath.Join(filepath.Dir(gomod), name)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return "", fmt.Errorf("finding the test module: run this from inside test/: %w", err)
	}
	return dir, nil
}

// cacheDir returns, and makes, the folder of the user's cache for what is built from a module: another
// go.mod, go.sum or platform means another folder.
func cacheDir(module string) (string, error) {
	hash := sha256.New()
	_, _ = fmt.Fprintln(hash, runtime.GOOS, runtime.GOARCH) // a hash never fails
	for _, name := range [...]string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", fmt.Errorf("keying the cache: %w", err)
		}
		hash.Write(content)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w", err)
	}
	dir := filepath.Join(cache, "flux-probe", fmt.Sprintf("%s-%.12x", filepath.Base(module), hash.Sum(nil)))
	return dir, os.MkdirAll(dir, 0o755)
}

// output runs a command and returns its trimmed standard output; its error carries what the command
// wrote to stderr.
func output(cmd *exec.Cmd) (string, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// progress tells on stderr why a first run takes its time; stdout belongs to results.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "test cluster: "+format+"\n", args...)
}
