// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"context"
	"errors"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
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

// planned probes the checks by RBAC alone, and returns the YAML for what failed.
func planned(t *testing.T, s *snapshot.Snapshot, checks ...matrix.Check) string {
	t.Helper()
	m, reviewer := &matrix.Matrix{Checks: checks}, rbac.Reviewer{Index: s.RBAC()}
	p := New(s, reviewer, m)
	var findings []probe.Finding
	for f := range (&probe.Prober{Reviewer: reviewer, Concurrency: 1}).Run(t.Context(), m) {
		findings = append(findings, f)
	}
	p.AddFailed(t.Context(), findings, false)
	text, err := p.YAML()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func want(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in:\n%s", part, got)
		}
	}
}

func TestPlan(t *testing.T) {
	absent := &snapshot.Snapshot{}
	for name, test := range map[string]struct {
		snapshot *snapshot.Snapshot
		checks   []matrix.Check
		want     []string
		not      string
	}{
		"a missing permission": {
			cluster("r"), []matrix.Check{check("FP1", matrix.Allow, access("get", "pods"))},
			[]string{"---\n# FP1 apps/dev: for FP1\napiVersion", "  - pods\n  verbs:\n  - get\n"}, "# No permission",
		},
		"nothing": {
			cluster("r", rule("get", "pods")), []matrix.Check{check("FP1", matrix.Allow, access("get", "pods"))},
			[]string{"# No permission is missing that a role could grant.\n"}, "kind:",
		},
		"an earlier grant is kept": {
			cluster("flux-probe:apps:dev", rule("delete", "pods")), []matrix.Check{check("FP1", matrix.Allow, access("get", "pods"))},
			[]string{"# Kept from the existing role: delete pods\n", "  - pods\n  verbs:\n  - get\n  - delete\n"}, "# No permission",
		},
		"an excess permission": {
			cluster("r", rule("get", "secrets")), []matrix.Check{check("FP2", matrix.Deny, access("get", "secrets"))},
			[]string{"---\n# Excess permissions: delete RoleBinding apps/r", "\n#   FP2 apps/dev: for FP2\n"}, "kind:",
		},
		"checks that conflict": {
			cluster("r"), []matrix.Check{check("FP1", matrix.Allow, access("get", "pods")), check("FP2", matrix.Deny, access("get", "pods"))},
			[]string{"# Not fixable with RBAC:\n#   FP1 apps/dev: for FP1; no role can satisfy it together with FP2 (for FP2): change what asks for it\n"}, "kind:",
		},
		"an account that must have nothing": {
			cluster("r"), []matrix.Check{check("FP1", matrix.Allow, access("get", "pods")), allAccess(check("FP2", matrix.Deny, access("get", "secrets")))},
			[]string{"no role can satisfy it together with FP2 (for FP2)"}, "kind:",
		},
		"the account does not exist": {
			absent, []matrix.Check{check("FP1", matrix.Allow, access("get", "pods"))},
			[]string{"# Not fixable with RBAC:\n#   FP1 apps/dev: for FP1; the ServiceAccount does not exist"}, "kind:",
		},
		"the alternative that gives away least": {
			cluster("r"), []matrix.Check{check("FP1", matrix.Allow, access("escalate", "roles"), access("get", "pods"))},
			[]string{"  - pods\n  verbs:\n  - get\n"}, "escalate",
		},
		"what was observed": {
			cluster("r"), []matrix.Check{&matrix.Observed{
				CheckMeta: matrix.CheckMeta{Code: "FP3", Severity: matrix.Error, Hint: "set the flag"}, Verdict: matrix.Missing, Evidence: "no flag",
			}},
			[]string{"#   FP3: no flag; set the flag\n"}, "kind:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := planned(t, test.snapshot, test.checks...)
			want(t, got, test.want...)
			if strings.Contains(got, test.not) {
				t.Errorf("%q in:\n%s", test.not, got)
			}
		})
	}
}

func allAccess(c *matrix.Asked) *matrix.Asked {
	c.AllAccess = true
	return c
}

// TestUnreadRoles wants a word about rules that applying could replace.
func TestUnreadRoles(t *testing.T) {
	s := cluster("r")
	s.Unread = map[string]string{"roles.rbac.authorization.k8s.io": "forbidden"}
	want(t, planned(t, s, check("FP1", matrix.Allow, access("get", "pods"))),
		"# Excess permissions may be granted by RBAC that could not be read: roles.rbac.authorization.k8s.io: forbidden\n",
		"# Existing roles could not be read (forbidden): if flux-probe:apps:dev exists, applying this replaces its rules.\n")
}

// TestFindingsWithoutChecks takes findings of a saved report, which have lost their checks, and warnings.
func TestFindingsWithoutChecks(t *testing.T) {
	a := access("get", "pods")
	finding := probe.Finding{Code: "FP1", Subject: dev, Severity: matrix.Error, Verdict: matrix.Missing, Want: matrix.Allow, Access: &a, Because: "why"}
	warning, undetermined := finding, finding
	warning.Severity = matrix.Warning
	undetermined.Verdict, undetermined.Reason = matrix.Undetermined, "timeout"
	failing := probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{}, errors.New("timeout")
	})
	for _, reviewer := range []probe.Reviewer{nil, failing} {
		p := New(cluster("r"), reviewer, nil)
		p.AddFailed(t.Context(), []probe.Finding{finding, warning, undetermined, {Code: "FP3", Severity: matrix.Error, Verdict: matrix.Excess, Observed: "seen"}}, false)
		text, err := p.YAML()
		if err != nil || p.Omitted() != 1 {
			t.Errorf("%v, %d left out", err, p.Omitted())
		}
		want(t, string(text), "# FP1 apps/dev: why\napiVersion", "#   FP1 apps/dev: why; undetermined: timeout\n", "#   FP3: seen\n")
	}
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
