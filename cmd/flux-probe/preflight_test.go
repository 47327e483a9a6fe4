// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreflight is about the arguments, and what a run without a cluster says.
func TestPreflight(t *testing.T) {
	folder := t.TempDir()
	kept, far, bound := filepath.Join(folder, "kept.yaml"), filepath.Join(folder, "far.yaml"), filepath.Join(folder, "bound.yaml")
	for file, text := range map[string]string{
		kept: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n---\n" +
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n",
		far: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: search}\n",
		bound: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {namespace: search, name: bound}\n" +
			"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, namespace: shop, name: reconciler}]\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		stdin string
		args  []string
		code  int
		want  string // in either output
	}{
		{"", []string{"kustomization/shop", "-f", kept}, 0, " as expected"},
		{"", []string{"kustomization/shop", "-f", far}, 1, "This change will fail at apply: ConfigMap search/far (" + filepath.ToSlash(far) + ":1)"},
		{"", []string{"kustomization/shop", "-f", far, "-f", kept, "-q"}, 1, ""},
		{"", []string{"--service-account", "search/reconciler", "-f", far, "-q"}, 0, ""},
		{"", []string{"kustomization/shop=" + kept, "ks/billing=" + far}, 1, "ConfigMap search/far"},
		{"", []string{"kustomization/shop", "-f", kept, "-f", far, "--assume", "file=" + bound, "-o", "table"}, 0, "goes away: This change will fail at apply: ConfigMap search/far"},
		{"", []string{"kustomization/shop", "-f", far, "--assume", "file=" + bound, "-q"}, 1, ""}, // it drops what it cannot delete
		{"", []string{"kustomization/shop", "-f", kept, "--assume", "flag=kustomize-controller:--no-remote-bases-", "-q"}, 0, ""},
		{"", []string{"kustomization/shop", "-f", kept, "--assume", "delete=RoleBinding/shop/recnciler", "-q"}, 2, "there is no RoleBinding shop/recnciler"},
		{"{apiVersion: v1, kind: Namespace, metadata: {name: x}}", []string{"kustomization/shop=-", "--assume", "file=-"}, 2, "both read standard input"},
		{"", []string{"kustomization/shop"}, 2, "what is kustomization/shop about to apply?"},
		{"", []string{"kustomization/shop=", "-f", kept}, 2, "names no file or folder"},
		{"", []string{"kustomization/shop=" + kept, "kustomization/shop=" + far}, 2, "kustomization/shop is named twice"},
		{"", []string{"kustomization/shop=" + kept, "kustomization/billing"}, 2, "kustomization/billing=PATH"},
		{"", []string{"shop", "-f", kept}, 2, `"shop" is not KIND/NAME`},
		{"", []string{"-f", kept}, 2, "name what applies the objects"},
		{"", []string{"gitrepository/shop", "-f", kept}, 2, "applies no objects"},
		{"", []string{"--service-account", "reconciler", "-f", kept}, 2, "want NAMESPACE/NAME"},
		{"", []string{"--service-account", "search/reconciler"}, 2, "Name files or folders with -f"},
		{"", []string{"--service-account", "search/recnciler", "-f", kept}, 2, "did you mean search/reconciler?"},
		{"", []string{"kustomization/shop", "--service-account", "search/reconciler", "-f", kept}, 2, "leave out kustomization/shop"},
		{"kind: [", []string{"kustomization/shop", "-f", "-"}, 2, "standard input, document 1, line 1: it is no YAML"},
		{"kind: x", []string{"kustomization/shop=-", "kustomization/billing=-"}, 2, "only one - can read standard input"},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: search}\n", []string{"kustomization/shop", "-f", "-"}, 1, "This change will fail at apply: ConfigMap search/far: "},
	} {
		code, stdout, stderr := call(t, test.stdin, append([]string{"demo", "preflight"}, test.args...)...)
		if code != test.code || !strings.Contains(stdout+stderr, test.want) {
			t.Errorf("%q: exit %d, want %d and %q\n%s%s", test.args, code, test.code, test.want, stdout, stderr)
		}
	}
}
