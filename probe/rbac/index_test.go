// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestLookups(t *testing.T) {
	x := New([]Role{role("r", rule("get pods")), role("apps/r", rule("get secrets"))}, []Binding{
		binding("b", "ClusterRole r", "apps/dev", "Group system:serviceaccounts"), binding("apps/b", "Role r", "dev"),
		binding("apps/a", "ClusterRole r", "User system:serviceaccount:apps:dev"), binding("other/b", "Role r", "apps/dev"),
		binding("c", "Role r", "apps/dev"), binding("apps/group", "Role r", "Group system:serviceaccounts:apps"),
	})
	roleOf := func(namespace, name string) string {
		b, ok := x.Binding(namespace, name)
		if !ok {
			return "no binding"
		}
		r, ok := x.RoleOf(b)
		if !ok {
			return "no role"
		}
		return r.Origin().String()
	}
	for _, test := range []struct{ namespace, name, want string }{
		{"", "b", "ClusterRole r"}, {"apps", "b", "Role apps/r"}, {"apps", "a", "ClusterRole r"},
		{"other", "b", "no role"}, {"", "c", "no role"}, {"apps", "c", "no binding"},
	} {
		if got := roleOf(test.namespace, test.name); got != test.want {
			t.Errorf("binding %q in %q refers to %s, want %s", test.name, test.namespace, got, test.want)
		}
	}
	if _, ok := x.Role("apps", "r"); !ok {
		t.Error("Role apps/r was not found")
	}
	if _, ok := x.Role("other", "r"); ok {
		t.Error("Role other/r was found")
	}
	var got []string
	for _, b := range x.BindingsOf(matrix.ServiceAccount("apps", "dev")) {
		got = append(got, b.Origin().String())
	}
	want := []string{
		"ClusterRoleBinding b", "ClusterRoleBinding c", "RoleBinding apps/a", "RoleBinding apps/b", "RoleBinding other/b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
