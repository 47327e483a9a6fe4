// SPDX-License-Identifier: Apache-2.0

package rbac_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

func serviceAccount(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: "ServiceAccount", Namespace: "a", Name: name}
}

func bound(name, role string, subjects ...string) rbac.Binding {
	b := rbac.Binding{Namespace: "a", Name: name, RoleRef: rbacv1.RoleRef{Kind: "Role", Name: role}}
	for _, s := range subjects {
		b.Subjects = append(b.Subjects, serviceAccount(s))
	}
	return b
}

func withRules(rules ...rbacv1.PolicyRule) rbac.Role {
	return rbac.Role{Namespace: "a", Name: "r", Rules: rules}
}

func ruleOn(resource string, verbs ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{Verbs: verbs, APIGroups: []string{""}, Resources: []string{resource}}
}

// Edits that were each made on the same objects are merged: no change is lost, and no object is there twice.
func TestMerge(t *testing.T) {
	pods := ruleOn("pods", "get", "list")
	x := rbac.New([]rbac.Role{withRules(pods)}, []rbac.Binding{bound("b", "r", "x", "y")})
	o := bound("b", "").Origin()
	for name, test := range map[string]struct {
		edits []rbac.Edit
		want  rbac.Edit
	}{
		"two roles": {
			[]rbac.Edit{{Roles: []rbac.Role{withRules(ruleOn("pods", "get", "list", "watch"))}}, {Roles: []rbac.Role{withRules(pods, ruleOn("jobs", "get"))}}},
			rbac.Edit{Roles: []rbac.Role{withRules(ruleOn("pods", "get", "list", "watch"), ruleOn("jobs", "get"))}},
		},
		"one adds, one takes away": {
			[]rbac.Edit{{Roles: []rbac.Role{withRules(pods, ruleOn("jobs", "get"))}}, {Roles: []rbac.Role{withRules(ruleOn("pods", "get"))}}},
			rbac.Edit{Roles: []rbac.Role{withRules(ruleOn("pods", "get"), ruleOn("jobs", "get"))}},
		},
		"labels and rules": {
			[]rbac.Edit{
				{Roles: []rbac.Role{{Namespace: "a", Name: "r", Rules: []rbacv1.PolicyRule{pods}, Labels: map[string]string{"l": "1"}}}},
				{Roles: []rbac.Role{withRules(pods, ruleOn("jobs", "get"))}},
			},
			rbac.Edit{Roles: []rbac.Role{{Namespace: "a", Name: "r", Rules: []rbacv1.PolicyRule{pods, ruleOn("jobs", "get")}, Labels: map[string]string{"l": "1"}}}},
		},
		"two subjects": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("b", "r", "x1", "y")}}, {Bindings: []rbac.Binding{bound("b", "r", "x", "y1")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("b", "r", "x1", "y1")}},
		},
		"one subject becomes two": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("b", "r", "x1", "y")}}, {Bindings: []rbac.Binding{bound("b", "r", "x2", "y")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("b", "r", "x1", "y", "x2")}},
		},
		"one subject goes, one comes": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("b", "r", "y")}}, {Bindings: []rbac.Binding{bound("b", "r", "x", "y", "z")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("b", "r", "y", "z")}},
		},
		"each subject goes": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("b", "r", "y")}}, {Removed: []matrix.Origin{o}}},
			rbac.Edit{Removed: []matrix.Origin{o}},
		},
		"deleted, and still of use": {
			[]rbac.Edit{{Removed: []matrix.Origin{o}}, {Bindings: []rbac.Binding{bound("b", "r", "x", "y", "z")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("b", "r", "z")}},
		},
		"another role and another subject": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("b", "q", "x", "y")}}, {Bindings: []rbac.Binding{bound("b", "r", "x", "y", "z")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("b", "q", "x", "y", "z")}},
		},
		"new bindings of one name": {
			[]rbac.Edit{{Bindings: []rbac.Binding{bound("n", "r", "x")}}, {Bindings: []rbac.Binding{bound("n", "r", "y")}}, {Bindings: []rbac.Binding{bound("n", "q", "z")}}},
			rbac.Edit{Bindings: []rbac.Binding{bound("n", "r", "x", "y"), bound("n-q", "q", "z")}},
		},
	} {
		if diff := cmp.Diff(test.want, x.Merge(test.edits...)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
