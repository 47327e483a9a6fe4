// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func reviews(texts ...string) []matrix.Review {
	var all []matrix.Review
	for _, text := range texts {
		all = append(all, review(text))
	}
	return all
}

func TestSmallest(t *testing.T) {
	needs := Smallest(reviews(
		"apps/dev watch pods in apps", "apps/dev get pods in apps", "apps/dev get services in apps", "apps/dev watch services in apps",
		"apps/dev get pods=web in apps",     // any pod already
		"apps/dev patch secrets=b in apps",  // joined by name
		"apps/dev patch secrets=a in apps",  //
		"apps/dev delete secrets=a in apps", // another rule
		"apps/dev get nodes",                // all of the cluster
		"apps/dev get nodes=n1 in apps",     // everywhere already
		"apps/dev get /livez", "apps/dev get /version", "apps/dev get pods in staging", "apps/aaa create pods/exec in apps",
		"apps/dev get pods in apps",
	))
	type shown struct {
		who, namespace string
		rules          []string
	}
	var got []shown
	for _, n := range needs {
		s := shown{who: n.Subject.String(), namespace: n.Namespace}
		for _, r := range n.Rules {
			s.rules = append(s.rules, RuleText(r))
		}
		got = append(got, s)
	}
	want := []shown{
		{"apps/aaa", "apps", []string{"create pods/exec"}},
		{"apps/dev", "", []string{"get nodes", "get /livez, /version"}},
		{"apps/dev", "apps", []string{"get, watch pods, services", "patch, delete secrets (only a)", "patch secrets (only b)"}},
		{"apps/dev", "staging", []string{"get pods"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(shown{})); diff != "" {
		t.Error(diff)
	}
}

// The rules of Smallest allow what was asked for and nothing else, whatever that is.
func TestSmallestGrantsExactly(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	question := func() matrix.Review {
		r := matrix.Review{Subject: matrix.ServiceAccount("apps", pick("a", "b"))}
		r.Attributes = matrix.Attributes{
			Verb: pick("get", "list", "patch"), Group: pick("", "apps"), Resource: pick("x", "y", "z"), Subresource: pick("", "", "status"),
			Namespace: pick("apps", "staging", ""), Name: pick("", "one", "two"),
		}
		if random.IntN(10) == 0 {
			r.Attributes = matrix.Attributes{Verb: pick("get", "head"), Path: pick("/a", "/b")}
		}
		return r
	}
	for range 50 {
		wanted := map[matrix.Review]bool{}
		var asked []matrix.Review
		for range random.IntN(60) {
			r := question()
			wanted[r] = true
			asked = append(asked, r)
		}
		var roles []Role
		var bindings []Binding
		for _, n := range Smallest(asked) {
			roles = append(roles, Role{Namespace: n.Namespace, Name: n.RoleName(), Rules: n.Rules})
			kind := roles[len(roles)-1].Kind()
			bindings = append(bindings, binding(n.Namespace+"/"+n.RoleName(), kind+" "+n.RoleName(), n.Subject.String()))
		}
		x := New(roles, bindings)
		for range 500 {
			r := question()
			want := wanted[r]
			for _, w := range wider(r) {
				want = want || wanted[w]
			}
			if x.Allowed(r) != want {
				t.Fatalf("%+v: allowed %v, want %v, by %v", r, !want, want, x.Grants(r))
			}
		}
	}
}

func TestYAML(t *testing.T) {
	needs := Smallest(reviews("apps/dev get pods in staging"))
	got, err := needs[0].YAML("FP401 it must", "FP402\n- so")
	if err != nil {
		t.Fatal(err)
	}
	want := `---
# FP401 it must
# FP402 - so
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: flux-probe:apps:dev
  namespace: staging
rules:
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - get
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: flux-probe:apps:dev
  namespace: staging
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: flux-probe:apps:dev
subjects:
- kind: ServiceAccount
  name: dev
  namespace: apps
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	user := Need{Subject: matrix.Subject{Kind: matrix.KindUser, Name: "oidc/dev"}}
	if _, b := user.Objects(); b.(*rbacv1.ClusterRoleBinding).RoleRef.Name != "flux-probe:user:oidc-dev" {
		t.Errorf("got %+v", b)
	}
}

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
