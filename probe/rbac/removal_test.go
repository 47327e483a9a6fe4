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
		{"take ServiceAccount apps/dev out of ClusterRoleBinding root; ServiceAccount apps/dev loses also: * *.*", ""},
		{
			"take ServiceAccount apps/dev out of RoleBinding apps/edit; ServiceAccount apps/dev loses also: get pods; list secrets",
			"narrow the rule get, list secrets in ClusterRole part; others who lose it: Group system:serviceaccounts (RoleBinding apps/edit)",
		},
		{"delete RoleBinding apps/one: it gives nothing else", "narrow the rule get secrets in Role apps/one: nobody else has it"},
		{
			"take Group system:serviceaccounts out of RoleBinding apps/edit; Group system:serviceaccounts loses also: get pods; list secrets",
			"narrow the rule get, list secrets in ClusterRole part; others who lose it: ServiceAccount apps/dev (RoleBinding apps/edit)",
		},
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
	want := "delete ClusterRoleBinding large; ServiceAccount apps/dev loses also: list endpoints, nodes; watch events; get pods; update services; " +
		"patch deployments.apps; create jobs.batch; delete leases.coordination.k8s.io"
	if got := x.Removals(review("apps/dev get secrets"))[0].ByBinding(); got != want {
		t.Error(got)
	}
	x = New([]Role{role("large", append(large.Rules, rule("get ingresses.networking.k8s.io"))...)}, []Binding{binding("large", "ClusterRole large", "apps/dev")})
	if got := x.Removals(review("apps/dev get secrets"))[0].ByBinding(); got != want[:len(want)-len("delete leases.coordination.k8s.io")]+"and 2 more rules of ClusterRole large" {
		t.Error(got)
	}
}

func TestBeyond(t *testing.T) {
	x := New([]Role{role("wide", rule("get,list,patch pods"), rule("get *.*")), role("apps/exact", rule("get pods"))}, []Binding{
		binding("wide", "ClusterRole wide", "apps/dev"), binding("apps/wide", "ClusterRole wide", "apps/dev"),
		binding("apps/exact", "Role exact", "Group system:serviceaccounts:apps"), binding("apps/none", "Role none", "apps/dev"),
	})
	needs := Smallest(reviews("apps/dev get pods in apps", "apps/dev list pods"))
	got := map[string][]string{}
	for _, h := range x.Held(needs[0].Subject) {
		name := h.Binding.Origin().String()
		got[name] = nil
		for _, r := range h.Beyond(needs) {
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
