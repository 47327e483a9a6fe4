// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var dev = matrix.ServiceAccount("apps", "dev")

// cluster is a snapshot with apps/dev and a role that it is bound to.
func cluster(roleName string, rules ...rbacv1.PolicyRule) *snapshot.Snapshot {
	return &snapshot.Snapshot{
		ServiceAccounts: []snapshot.ServiceAccount{{Namespace: "apps", Name: "dev"}},
		Roles:           []rbac.Role{{Namespace: "apps", Name: roleName, Rules: rules}},
		Bindings: []rbac.Binding{{
			Namespace: "apps", Name: roleName, RoleRef: rbacv1.RoleRef{Kind: "Role", Name: roleName},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "apps", Name: "dev"}},
		}},
	}
}

func rule(verb, resource string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{Verbs: []string{verb}, APIGroups: []string{""}, Resources: []string{resource}}
}

func access(verb, resource string) matrix.Access {
	return matrix.Access{Verb: verb, Resource: resource, Namespace: "apps"}
}

func check(code string, want matrix.Effect, accesses ...matrix.Access) *matrix.Asked {
	c := &matrix.Asked{CheckMeta: matrix.CheckMeta{Code: code, Subject: matrix.Share(dev), Severity: matrix.Error, Because: "for " + code}, Want: want}
	for _, a := range accesses {
		c.AnyOf = append(c.AnyOf, []matrix.Review{{Subject: matrix.Share(dev), Access: a}})
	}
	return c
}

func want(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in:\n%s", part, got)
		}
	}
}

func allAccess(c *matrix.Asked) *matrix.Asked {
	c.AllAccess = true
	return c
}

func TestMinimal(t *testing.T) {
	s := cluster("r", rbacv1.PolicyRule{Verbs: []string{"get", "list"}, APIGroups: []string{""}, Resources: []string{"pods"}})
	s.Roles = append(s.Roles, rbac.Role{Name: "basic", Labels: map[string]string{"kubernetes.io/bootstrapping": "rbac-defaults"}, Rules: []rbacv1.PolicyRule{rule("get", "x")}})
	s.Bindings = append(s.Bindings, rbac.Binding{
		Name: "basic", Labels: map[string]string{"kubernetes.io/bootstrapping": "rbac-defaults"}, RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "basic"},
		Subjects: []rbacv1.Subject{{Kind: "Group", Name: "system:authenticated"}},
	})
	impersonation := check("FP301", matrix.Allow, matrix.Access{Verb: "impersonate", Resource: "serviceaccounts", Namespace: "apps", Name: "x"})
	impersonation.AnyOf = append(impersonation.AnyOf, []matrix.Review{{Subject: matrix.Share(dev), Access: matrix.Access{
		Verb: "impersonate:serviceaccount", Group: "authentication.k8s.io", Resource: "serviceaccounts", Namespace: "apps", Name: "x",
	}}})
	info := check("FP9", matrix.Allow, access("watch", "info"))
	info.Severity = matrix.Info
	m := &matrix.Matrix{Checks: []matrix.Check{
		check("FP1", matrix.Allow, access("get", "pods")), check("FP2", matrix.Deny, access("watch", "secrets")), info, impersonation,
		allAccess(check("FP201", matrix.Allow, access("watch", "everything"))),
		check("FP101", matrix.Allow, matrix.Access{Verb: "impersonate", Resource: "serviceaccounts"}),
	}}
	all := Minimal(s, m, matrix.Subject{})
	if len(all) != 1 || all[0].Subject != dev || len(all[0].Held) != 1 {
		t.Fatalf("%+v", all)
	}
	text, err := all[0].YAML("a note")
	if err != nil {
		t.Fatal(err)
	}
	want(t, string(text), "---\n# apps/dev\n# a note\n# has Role apps/r by RoleBinding apps/r\n#   not needed: list pods\n---\n# apps\napiVersion",
		"  - impersonate\n", "# In place of impersonate, Kubernetes 1.36 and later also accept all of these:\n#   apps: impersonate:serviceaccount serviceaccounts.authentication.k8s.io (only x)\n")
	if strings.Contains(string(text), "  - watch\n") || strings.Contains(string(text), "kind: ClusterRole\n") {
		t.Errorf("more than the needs:\n%s", text)
	}

	other := matrix.ServiceAccount("apps", "other")
	if got := Minimal(s, m, other); len(got) != 1 || got[0].Subject != other || len(got[0].Needs) > 0 {
		t.Errorf("an account without needs: %+v", got)
	}
}
