// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoCluster(t *testing.T) {
	kubeconfig := filepath.Join(t.TempDir(), "config")
	content := "apiVersion: v1\nkind: Config\ncontexts: [{name: prod, context: {cluster: one}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		`--context: the kubeconfig has no context "nowhere"`:                    {"--context", "nowhere"},
		`--context: the kubeconfig has no context "prdo": did you mean "prod"?`: {"--kubeconfig", kubeconfig, "--context", "prdo"},
		"no kubeconfig names a cluster: set KUBECONFIG":                         {},
		"reading the kubeconfig: stat no-such-file":                             {"--kubeconfig", "no-such-file"},
		"cannot reach https://127.0.0.1:1: connection refused":                  {"--server", "https://127.0.0.1:1"},
	} {
		code, stdout, stderr := call(t, "", args...)
		if code != 3 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit %d, stdout %q, stderr %q; want %q", args, code, stdout, stderr, want)
		}
	}
}

// TestNothingToCheck wants a reason where nothing is checked, and no verdict about a name that nobody has.
func TestNothingToCheck(t *testing.T) {
	for _, tc := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"demo", "-o", "table", "-n", "shpo"}, 2, `there is no namespace "shpo"; did you mean shop?`},
		{[]string{"demo", "-o", "table", "-n", "default"}, 3, "not asked: all checks: namespace default: no Flux controller runs there"},
		{[]string{"demo", "-o", "table", "-n", "shop", "--only", "references"}, 3, "not asked: all checks: namespace shop, sections references: nothing there calls for"},
		{[]string{"demo", "-o", "table", "--service-account", "shop/reconcilre"}, 2, "service account shop/reconcilre does not exist; did you mean shop/reconciler?"},
		{[]string{"demo", "-o", "table", "--service-account", "kube-system/default"}, 3, "no check is about service account kube-system/default"},
	} {
		code, stdout, stderr := call(t, "", tc.args...)
		if code != tc.code || !strings.Contains(stdout+stderr, tc.want) {
			t.Errorf("%q: exit %d, want %d\n%s%s", tc.args, code, tc.code, stdout, stderr)
		}
	}
}
