// SPDX-License-Identifier: Apache-2.0

package ui

import "testing"

func TestReasonOf(t *testing.T) {
	for reason, want := range map[string]string{
		`RBAC: allowed by ClusterRoleBinding "a" of ClusterRole "b" to ServiceAccount "reconciler/search"`: `RBAC: allowed by ClusterRoleBinding "a" of ClusterRole "b" to ServiceAccount "search/reconciler"`,
		`RBAC: allowed by RoleBinding "a/ns" of Role "b" to Group "system:serviceaccounts"`:                `RBAC: allowed by RoleBinding "a/ns" of Role "b" to Group "system:serviceaccounts"`,
		"": "",
	} {
		if got := ReasonOf(reason); got != want {
			t.Errorf("%s\nis shown as %s", reason, got)
		}
	}
}
