// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

func TestRBAC(t *testing.T) {
	t.Setenv("FLUX_SYSTEM_NAMESPACE", "")
	for args, want := range map[string][]string{
		"rbac":                                     {"ClusterRole"},
		"rbac User:oncall":                         {"ClusterRole", "ClusterRoleBinding"},
		"rbac probes/prober":                       {"ServiceAccount", "ClusterRole", "ClusterRoleBinding"},
		"rbac -n apps":                             {"Role", "Role"},
		"rbac -n apps Group:dev":                   {"Role", "RoleBinding", "Role", "RoleBinding"},
		"rbac -n gitops --flux-namespace gitops":   {"Role"},
		"rbac -n apps --flux-namespace gitops a/b": {"ServiceAccount", "Role", "RoleBinding", "Role", "RoleBinding"},
	} {
		code, stdout, stderr := call(t, "", strings.Fields(args)...)
		var kinds []string
		for line := range strings.Lines(stdout) {
			if kind, ok := strings.CutPrefix(line, "kind: "); ok {
				kinds = append(kinds, strings.TrimSpace(kind))
			}
		}
		if code != 0 || stderr != "" || strings.Join(kinds, " ") != strings.Join(want, " ") {
			t.Errorf("%s: exit %d, %q, %v", args, code, stderr, kinds)
		}
	}
	for args, want := range map[string]string{
		"rbac oncall":             `"oncall": want NAMESPACE/NAME of a ServiceAccount, User:NAME or Group:NAME`,
		"rbac User:":              `"User:": want`,
		"rbac a/b/c":              `"a/b/c": want`,
		"rbac a b":                "rbac takes one subject at most",
		"rbac --flux-namespace f": "--flux-namespace has an effect only with --namespace",
	} {
		if code, stdout, stderr := call(t, "", strings.Fields(args)...); code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}
