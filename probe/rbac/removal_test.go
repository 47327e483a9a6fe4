// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestRemovals(t *testing.T) {
	edit := labelled(role("edit", rule("get,list secrets"), rule("get pods")), "x=y")
	edit.Aggregation = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"part": "yes"}}}}
	x := New([]Role{
		labelled(role("cluster-admin", rule("* *.*")), "kubernetes.io/bootstrapping=rbac-defaults"),
		edit, labelled(role("part", rule("get,list secrets")), "part=yes"), role("apps/one", rule("get secrets")),
	}, []Binding{
		binding("root", "ClusterRole cluster-admin", "apps/dev", "apps/other"),
		binding("apps/edit", "ClusterRole edit", "apps/dev", "Group system:serviceaccounts"),
		binding("apps/one", "Role one", "apps/dev"),
	})
	var got [][2]string
	for _, r := range x.Removals(review("apps/dev get secrets in apps")) {
		got = append(got, [2]string{r.ByBinding(), r.ByRule()})
	}
	want := [][2]string{
		{"remove ServiceAccount apps/dev from ClusterRoleBinding root; ServiceAccount apps/dev also loses: * *.*", ""},
		{
			"remove ServiceAccount apps/dev from RoleBinding apps/edit; ServiceAccount apps/dev also loses: get pods; list secrets",
			"narrow the rule get, list secrets in ClusterRole part; others that lose it: Group system:serviceaccounts (RoleBinding apps/edit)",
		},
		{"delete RoleBinding apps/one: it grants nothing else", "narrow the rule get secrets in Role apps/one: no other subject has it"},
		{
			"remove Group system:serviceaccounts from RoleBinding apps/edit; Group system:serviceaccounts also loses: get pods; list secrets",
			"narrow the rule get, list secrets in ClusterRole part; others that lose it: ServiceAccount apps/dev (RoleBinding apps/edit)",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRemovalNamesEntries wants the subjects as the binding has them: one is to be found there.
func TestRemovalNamesEntries(t *testing.T) {
	x := New([]Role{role("r", rule("get secrets"))}, []Binding{
		binding("a", "ClusterRole r", "User system:serviceaccount:apps:dev", "User alice"),
		binding("b", "ClusterRole r", "apps/dev", "User system:serviceaccount:apps:dev", "apps/dev", "User alice"),
		binding("c", "ClusterRole r", "apps/dev", "User system:serviceaccount:apps:dev"),
	})
	want := []string{
		"remove User system:serviceaccount:apps:dev from ClusterRoleBinding a: it grants nothing else",
		"remove ServiceAccount apps/dev and User system:serviceaccount:apps:dev from ClusterRoleBinding b: it grants nothing else",
		"delete ClusterRoleBinding c: it grants nothing else",
	}
	var got []string
	for _, r := range x.Removals(review("apps/dev get secrets")) {
		got = append(got, r.ByBinding())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRemovalNamesWhatFits wants the first rules that are lost with a large role, and how many more.
func TestRemovalNamesWhatFits(t *testing.T) {
	large := role("large", rule("get secrets"), rule("get pods"), rule("list nodes"), rule("watch events"), rule("create jobs.batch"),
		rule("patch deployments.apps"), rule("delete leases.coordination.k8s.io"), rule("update services"), rule("list endpoints"))
	x := New([]Role{large}, []Binding{binding("large", "ClusterRole large", "apps/dev")})
	want := "delete ClusterRoleBinding large; ServiceAccount apps/dev also loses: list endpoints, nodes; watch events; get pods; update services; " +
		"patch deployments.apps; create jobs.batch; delete leases.coordination.k8s.io"
	if got := x.Removals(review("apps/dev get secrets"))[0].ByBinding(); got != want {
		t.Error(got)
	}
	x = New([]Role{role("large", append(large.Rules, rule("get ingresses.networking.k8s.io"))...)}, []Binding{binding("large", "ClusterRole large", "apps/dev")})
	if got := x.Removals(review("apps/dev get secrets"))[0].ByBinding(); got != want[:len(want)-len("delete leases.coordination.k8s.io")]+"and 2 more rules of ClusterRole large" {
		t.Error(got)
	}
}
