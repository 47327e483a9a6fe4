// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// The text can be one argument, several words without the quotes that the shell took, or standard input.
func TestWhy(t *testing.T) {
	const refused = `configmaps "rates" is forbidden: User "system:serviceaccount:billing:reconciler" cannot patch resource "configmaps" in API group "" in the namespace "billing"`
	fleet := filepath.Join(t.TempDir(), "fleet.yaml")
	if err := os.WriteFile(fleet, scan.DemoManifests(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		stdin  string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		"an argument":       {"", []string{"demo", "why", refused}, 1, "instead of reconciler", ""},
		"words":             {"", append([]string{"demo", "why"}, strings.Fields(strings.ReplaceAll(refused, `"`, ""))...), 1, "instead of reconciler", ""},
		"stdin":             {"\x1b[31m" + refused + "\n", []string{"demo", "why", "-"}, 1, "instead of reconciler", ""},
		"manifests":         {refused, []string{"why", "-", "--manifests", fleet}, 1, "instead of reconciler", ""},
		"objects":           {"", []string{"why", "--manifests", fleet}, 1, "3 Flux objects not ready: permissions are the cause for 2, not for 1; 3 ready, by the status in the manifests\n", ""},
		"one namespace":     {"", []string{"demo", "why", "-n", "search"}, 0, "1 Flux object not ready: permissions are not the cause for 1; 1 ready", ""},
		"json":              {"", []string{"demo", "why", "-o", "json"}, 1, `"permissions": "yes"`, ""},
		"yaml":              {"", []string{"demo", "why", "kustomization/billing", "-o", "yaml"}, 1, "permissions: \"yes\"", ""},
		"nothing":           {"", []string{"demo", "why", "hello"}, 2, "", "see flux-probe demo why --help\n"},
		"an empty text":     {"", []string{"demo", "why", "-"}, 2, "", "nothing in this text"},
		"cut off":           {"", []string{"demo", "why", refused[:len(refused)-12]}, 2, "", "cut off before its namespace"},
		"two inputs":        {refused, []string{"why", "-", "--manifests", "-"}, 2, "", "standard input can be the text or the manifests, not both"},
		"too long":          {strings.Repeat("x", mostPasted+1), []string{"demo", "why", "-"}, 2, "", "longer than 1 MiB"},
		"an unknown format": {"", []string{"demo", "why", "-o", "html"}, 2, "", "html"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := call(t, tc.stdin, tc.args...)
			if code != tc.code || !strings.Contains(stdout, tc.stdout) || !strings.Contains(stderr, tc.stderr) || tc.stderr == "" && stderr != "" {
				t.Errorf("exit %d\n%s\n%s", code, stdout, stderr)
			}
		})
	}
}
