// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAssume runs the commands that probe with assumptions about the demo.
func TestAssume(t *testing.T) {
	binding := filepath.Join(t.TempDir(), "account.yaml")
	if err := os.WriteFile(binding, []byte("{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: shop, name: robot}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const says = "hat would be, not what is; assumed: "
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"demo", "-o", "table", "--assume", "flag=*:--no-cross-namespace-refs=true"}, 0, "goes away: Deployment flux-system/notification-controller lacks"},
		{[]string{"demo", "-o", "table", "--assume", "flag=kustomize-controller:--no-remote-bases-"}, 1, "turns up: "},
		{[]string{"demo", "-o", "table", "--assume", "file=" + binding}, 0, says + "file="},
		{[]string{"demo", "explain", "search/reconciler", "get", "secrets", "-n", "shop", "--assume", "delete=sa/shop/default"}, 0, "W" + says},
		{[]string{"demo", "fix", "--assume", "flux=2.10"}, 0, "# W" + says + "flux=2.10"},
		{[]string{"demo", "least", "shop/reconciler", "--assume", "flux=2.10"}, 0, "# W" + says + "flux=2.10"},
		{[]string{"demo", "paths", "--assume", "flux=2.10"}, 1, says + "flux=2.10"},
		{[]string{"demo", "matrix", "--assume", "flux=2.10"}, 0, says + "flux=2.10"},
		{[]string{"demo", "lockdown"}, 0, "flag=flux-system/notification-controller:--no-cross-namespace-refs=true"},
		{[]string{"demo", "-q", "--assume", "flux=2.10"}, 0, ""},

		{[]string{"demo", "--assume", "flux=2.9.5"}, 2, "--assume flux=2.9.5: Flux is v2.9.5 already"},
		{[]string{"demo", "-o", "table", "--service-account", "shop/robot", "--assume", "file=" + binding}, 3, "no check is about service account shop/robot"},
		{[]string{"--manifests", "-", "--assume", "file=-"}, 2, "both read standard input"},
		{[]string{"--sample", "3", "--assume", "flux=2.10"}, 2, "--sample and --assume exclude each other"},
	} {
		code, stdout, stderr := call(t, "", tc.args...)
		if code != tc.code || !strings.Contains(strings.ToLower(stdout+stderr), strings.ToLower(tc.want)) {
			t.Errorf("%q: exit %d, want %d and %q\n%.600s%s", tc.args, code, tc.code, tc.want, stdout, stderr)
		}
		if tc.code == 2 && (stdout != "" || strings.Count(stderr, "\n") != 1) {
			t.Errorf("%q: want one line, got %s%s", tc.args, stdout, stderr)
		}
		if tc.want == "" && stdout+stderr != "" {
			t.Errorf("%q prints %s%s", tc.args, stdout, stderr)
		}
	}
}
