// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
)

// calledAs returns what the user typed to run the executable at path. kubectl finds plugins by their
// name; the Flux CLI runs those of one folder, with their full path, and leaves no other trace
// (flux2 internal/plugin/exec_unix.go@v2.9.5).
func calledAs(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".exe")
	if plugin, ok := strings.CutPrefix(name, "kubectl-"); ok {
		return "kubectl " + strings.ReplaceAll(plugin, "_", "-")
	}
	if plugin, ok := strings.CutPrefix(name, "flux-"); ok && isFluxPluginFolder(filepath.Dir(path)) {
		return "flux " + plugin
	}
	return "flux-probe"
}

func isFluxPluginFolder(folder string) bool {
	if plugins := os.Getenv("FLUXCD_PLUGINS"); plugins != "" {
		return filepath.Clean(plugins) == filepath.Clean(folder)
	}
	return strings.HasSuffix(filepath.ToSlash(folder), "/.fluxcd/plugins")
}
