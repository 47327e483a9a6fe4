// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnneeded(t *testing.T) {
	x := New([]Role{role("wide", rule("get,list,patch pods"), rule("get *.*")), role("apps/exact", rule("get pods"))}, []Binding{
		binding("wide", "ClusterRole wide", "apps/dev"), binding("apps/wide", "ClusterRole wide", "apps/dev"),
		binding("apps/exact", "Role exact", "Group system:serviceaccounts:apps"), binding("apps/none", "Role none", "apps/dev"),
	})
	needs := MinimalRoles(reviews("apps/dev get pods in apps", "apps/dev list pods"))
	got := map[string][]string{}
	for _, h := range x.RolesOf(needs[0].Subject) {
		name := h.Binding.Origin().String()
		got[name] = nil
		for _, r := range h.Unneeded(needs) {
			got[name] = append(got[name], RuleText(r))
		}
	}
	want := map[string][]string{
		"ClusterRoleBinding wide": {"get, patch pods", "get *.*"}, "RoleBinding apps/wide": {"patch pods", "get *.*"}, "RoleBinding apps/exact": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
