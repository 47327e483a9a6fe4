// SPDX-License-Identifier: Apache-2.0

package rbac_test

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// An edited index answers as one that is made of the edited objects.
func TestEdited(t *testing.T) {
	rule := rbacv1.PolicyRule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"pods"}}
	wider := rbacv1.PolicyRule{Verbs: []string{"get", "delete"}, APIGroups: []string{""}, Resources: []string{"pods"}}
	role := rbac.Role{Namespace: "apps", Name: "dev", Rules: []rbacv1.PolicyRule{rule}}
	bind := func(name, account string) rbac.Binding {
		return rbac.Binding{Namespace: "apps", Name: name, RoleRef: rbacv1.RoleRef{Kind: "Role", Name: "dev"},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "apps", Name: account}}}
	}
	first := bind("dev", "dev-team")
	x := rbac.New([]rbac.Role{role}, []rbac.Binding{first})
	can := func(v *rbac.Edited, account, verb string) bool {
		return v.Allowed(matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", account)), Access: matrix.Access{Verb: verb, Resource: "pods", Namespace: "apps"}})
	}
	extended := role
	extended.Rules = []rbacv1.PolicyRule{wider}
	for name, c := range map[string]struct {
		edit rbac.Edit
		want [4]bool // dev-team get, delete; other get, delete
	}{
		"nothing":            {rbac.Edit{}, [4]bool{true, false, false, false}},
		"a verb":             {rbac.Edit{Roles: []rbac.Role{extended}}, [4]bool{true, true, false, false}},
		"another subject":    {rbac.Edit{Bindings: []rbac.Binding{bind("dev", "other")}}, [4]bool{false, false, true, false}},
		"a second binding":   {rbac.Edit{Bindings: []rbac.Binding{bind("more", "other")}}, [4]bool{true, false, true, false}},
		"a deleted binding":  {rbac.Edit{Removed: []matrix.Origin{first.Origin()}}, [4]bool{}},
		"a moved binding":    {rbac.Edit{Removed: []matrix.Origin{first.Origin()}, Bindings: []rbac.Binding{bind("new", "dev-team")}}, [4]bool{true, false, false, false}},
		"both role and more": {rbac.Edit{Roles: []rbac.Role{extended}, Bindings: []rbac.Binding{bind("more", "other")}}, [4]bool{true, true, true, true}},
	} {
		v := x.With(c.edit)
		if got := [4]bool{can(v, "dev-team", "get"), can(v, "dev-team", "delete"), can(v, "other", "get"), can(v, "other", "delete")}; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	subjects := x.With(rbac.Edit{Roles: []rbac.Role{extended}, Bindings: []rbac.Binding{bind("more", "other")}}).Subjects()
	if len(subjects) != 2 {
		t.Errorf("subjects: %v", subjects)
	}
}

func TestWithoutAccess(t *testing.T) {
	get := matrix.Access{Verb: "get", Resource: "secrets"}
	rules := func(verbs ...string) []rbacv1.PolicyRule {
		return []rbacv1.PolicyRule{{Verbs: verbs, APIGroups: []string{""}, Resources: []string{"configmaps", "secrets"}}}
	}
	kept := rbac.WithoutAccess(rules("get", "list"), get)
	if rbac.AnyCovers(kept, get) || !rbac.AnyCovers(kept, matrix.Access{Verb: "list", Resource: "secrets"}) || !rbac.AnyCovers(kept, matrix.Access{Verb: "get", Resource: "configmaps"}) {
		t.Errorf("kept: %v", kept)
	}
	if kept := rbac.WithoutAccess(rules("*"), get); len(kept) > 0 {
		t.Errorf("a wildcard is kept: %v", kept)
	}
}
