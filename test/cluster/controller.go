// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// kustomizeController is the name of the binary, and of the module folder that it is built from.
const kustomizeController = "kustomize-controller"

// KustomizeController returns the path of the real kustomize-controller, built from its Go module: about
// three minutes cold on two cores, and then kept in the user's cache folder. Concurrent callers wait for
// the first.
func KustomizeController(ctx context.Context) (string, error) {
	source, err := folder(ctx, kustomizeController)
	if err != nil {
		return "", err
	}
	dir, err := cacheDir(source)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, kustomizeController)
	unlock, err := lockedfile.MutexAt(dir + ".lock").Lock()
	if err != nil {
		return "", fmt.Errorf("locking the cache of test binaries: %w", err)
	}
	defer unlock()
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := buildOne(ctx, source, dir, kustomizeController, "-s -w", "github.com/fluxcd/kustomize-controller"); err != nil {
		return "", err
	}
	return path, nil
}
