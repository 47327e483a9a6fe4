// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestRulesFor(t *testing.T) {
	x := New([]Role{role("r", rule("get pods"), rule("get /livez")), role("apps/r", rule("get secrets [a]"))}, []Binding{
		binding("all", "ClusterRole r", "Group system:authenticated", "apps/dev"), binding("apps/own", "Role r", "dev"),
		binding("apps/paths", "ClusterRole r", "dev"), binding("apps/gone", "Role gone", "dev"), binding("other/b", "ClusterRole r", "apps/dev"),
	})
	text := func(namespace string) []string {
		var all []string
		for _, h := range x.RulesFor(matrix.ServiceAccount("apps", "dev"), namespace) {
			all = append(all, h.Text())
		}
		return all
	}
	everywhere := []string{
		"ClusterRoleBinding all grants ClusterRole r to ServiceAccount apps/dev: get pods",
		"ClusterRoleBinding all grants ClusterRole r to ServiceAccount apps/dev: get /livez",
		"ClusterRoleBinding all grants ClusterRole r to Group system:authenticated (every authenticated user): get pods",
		"ClusterRoleBinding all grants ClusterRole r to Group system:authenticated (every authenticated user): get /livez",
	}
	if diff := cmp.Diff(everywhere, text("")); diff != "" {
		t.Error(diff)
	}
	want := append(everywhere,
		"RoleBinding apps/own grants Role apps/r to ServiceAccount apps/dev: get secrets (only a)",
		"RoleBinding apps/paths grants ClusterRole r to ServiceAccount apps/dev: get pods", // but no path
	)
	if diff := cmp.Diff(want, text("apps")); diff != "" {
		t.Error(diff)
	}
}

func TestGrantsNamesEveryOne(t *testing.T) {
	x := New([]Role{
		role("reader", rule("get,list pods"), rule("get *.*")), role("apps/reader", rule("get pods")),
	}, []Binding{
		binding("apps/own", "Role reader", "dev", "dev"),
		binding("apps/team", "ClusterRole reader", "Group system:serviceaccounts:apps"),
		binding("all", "ClusterRole reader", "Group system:authenticated", "apps/dev"),
		binding("other/own", "ClusterRole reader", "apps/dev"),
		binding("apps/gone", "Role gone", "dev"),
	})
	var got []string
	for _, g := range x.Grants(review("apps/dev get pods in apps")) {
		got = append(got, g.Text())
	}
	want := []string{
		"ClusterRoleBinding all grants ClusterRole reader to ServiceAccount apps/dev: get, list pods",
		"ClusterRoleBinding all grants ClusterRole reader to ServiceAccount apps/dev: get *.*",
		"ClusterRoleBinding all grants ClusterRole reader to Group system:authenticated (every authenticated user): get, list pods",
		"ClusterRoleBinding all grants ClusterRole reader to Group system:authenticated (every authenticated user): get *.*",
		"RoleBinding apps/own grants Role apps/reader to ServiceAccount apps/dev: get pods",
		"RoleBinding apps/team grants ClusterRole reader to Group system:serviceaccounts:apps: get, list pods",
		"RoleBinding apps/team grants ClusterRole reader to Group system:serviceaccounts:apps: get *.*",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
