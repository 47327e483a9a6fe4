// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestAggregate(t *testing.T) {
	aggregated := func(name, label string, labels ...string) Role {
		r := labelled(role(name, rule("get stale")), labels...)
		r.Aggregation = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{label: "true"}}}}
		return r
	}
	given := []Role{
		aggregated("admin", "to-admin"), aggregated("view", "to-view", "to-edit=true"), aggregated("edit", "to-edit", "to-admin=true"),
		labelled(role("part-view", rule("get pods"), rule("get pods")), "to-view=true"), labelled(role("part-edit", rule("patch pods")), "to-edit=true"),
		labelled(role("apps/part", rule("get secrets")), "to-view=true"),
	}
	got := map[string][]string{}
	for _, r := range Aggregate(given) {
		for _, rule := range r.Rules {
			got[r.Name] = append(got[r.Name], RuleText(rule))
		}
	}
	want := map[string][]string{
		"admin": {"patch pods", "get pods"}, "edit": {"patch pods", "get pods"}, "view": {"get pods"},
		"part-view": {"get pods", "get pods"}, "part-edit": {"patch pods"}, "part": {"get secrets"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if RuleText(given[0].Rules[0]) != "get stale" {
		t.Error("Aggregate changed the roles that it was given")
	}
}
