// SPDX-License-Identifier: Apache-2.0

package rbac_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

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

// An edit that is applied allows what With says it would, and what is printed of it is read back.
func TestApply(t *testing.T) {
	x := rbac.New([]rbac.Role{withRules(ruleOn("pods", "get"))}, []rbac.Binding{bound("b", "r", "x"), bound("c", "q", "x")})
	first := rbac.Edit{Bindings: []rbac.Binding{bound("b", "r", "y"), bound("d", "r", "z")}, Removed: []matrix.Origin{bound("c", "").Origin()}}
	e := first.Then(rbac.Edit{Roles: []rbac.Role{withRules(ruleOn("jobs", "get"))}, Bindings: []rbac.Binding{bound("b", "r", "w"), bound("c", "q", "v")}})
	if len(e.Bindings) != 3 || len(e.Removed) != 0 || len(e.Roles) != 1 {
		t.Errorf("%+v", e)
	}
	after := x.Apply(e)
	for _, name := range []string{"w", "x", "y", "z"} {
		for _, resource := range []string{"pods", "jobs"} {
			review := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("a", name)), Access: matrix.Access{Verb: "get", Resource: resource, Namespace: "a"}}
			if want := (name == "w" || name == "z") && resource == "jobs"; after.Allowed(review) != want || x.With(e).Allowed(review) != want {
				t.Errorf("%s can get %s: want %t", name, resource, want)
			}
		}
	}
	for _, object := range []any{e.Roles[0].Document(), e.Bindings[0].Document()} {
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := rbac.Parse(text); err != nil || len(again.Roles)+len(again.Bindings) != 1 {
			t.Errorf("%v, %+v of\n%s", err, again, text)
		}
	}
	if _, err := rbac.Parse([]byte("a: [")); err == nil {
		t.Error("no error for what is no YAML")
	}
}
