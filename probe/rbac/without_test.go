// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// held returns what x grants as lines "subject in namespace: rule", sorted.
func held(x *Index, removed func(HeldRule) bool) []string {
	var lines []string
	for h := range x.Each {
		if !removed(h) {
			lines = append(lines, fmt.Sprintf("%s in %q: %v", h.Subject, h.Binding.Namespace, h.Rule))
		}
	}
	slices.Sort(lines)
	return lines
}

func nothing(HeldRule) bool { return false }

// TestWithout wants a rule gone for one subject in one place, and everything else as it was.
func TestWithout(t *testing.T) {
	all := role("all", rule("get secrets"), rule("create pods"))
	all.Aggregation = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"part": "yes"}}}}
	x := New([]Role{all, labelled(role("part", rule("get secrets"), rule("create pods")), "part=yes")}, []Binding{
		binding("everywhere", "ClusterRole all", "apps/dev", "apps/other", "Group system:serviceaccounts"),
		binding("apps/here", "ClusterRole all", "apps/dev"),
		binding("apps/dangling", "ClusterRole gone", "apps/dev"),
	})
	for _, test := range []struct {
		name    string
		removed []string // subject, namespace and verb
		review  string
		want    bool
	}{
		{"nothing", nil, "apps/dev get secrets", true},
		{"by the group", []string{"apps/dev  get"}, "apps/dev get secrets", true},
		{"by itself and by the group", []string{"apps/dev  get", "Group system:serviceaccounts  get"}, "apps/dev get secrets", false},
		{"another rule", []string{"apps/dev  get", "Group system:serviceaccounts  get"}, "apps/dev create pods", true},
		{"another subject", []string{"apps/dev  get", "Group system:serviceaccounts  get"}, "apps/other get secrets", true},
		{"another place", []string{"apps/dev  get", "Group system:serviceaccounts  get"}, "apps/dev get secrets in apps", true},
		{"both rules", []string{"apps/dev  get", "apps/dev  create", "Group system:serviceaccounts  get", "Group system:serviceaccounts  create"}, "apps/dev create pods", false},
	} {
		var removed []HeldRule
		for h := range x.Each {
			if slices.Contains(test.removed, h.Subject.String()+" "+h.Binding.Namespace+" "+h.Rule.Verbs[0]) {
				removed = append(removed, h)
			}
		}
		if len(removed) != len(test.removed) {
			t.Fatalf("%s: %d rules to remove", test.name, len(removed))
		}
		again := New(x.Without(removed))
		if status, err := (Reviewer{Index: again}).Review(t.Context(), spec(review(test.review))); err != nil || status.Allowed != test.want {
			t.Errorf("%s: %s: %v, %v", test.name, test.review, status, err)
		}
	}
	if h := (HeldRule{Binding: Binding{Name: "gone"}, Subject: matrix.ServiceAccount("apps", "dev")}); !cmp.Equal(held(x, nothing), held(New(x.Without([]HeldRule{h})), nothing)) {
		t.Error("a rule of a binding that is not there removes something")
	}
}

// TestWithoutIsExact removes random rules of random bindings: what is left is all that was there but these.
func TestWithoutIsExact(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var roles []Role
		for i := range 3 {
			var rules []rbacv1.PolicyRule
			for k := range 1 + r.IntN(3) {
				rules = append(rules, rule(fmt.Sprintf("get things-%d-%d", i, k)))
			}
			roles = append(roles, role(fmt.Sprintf("role-%d", i), rules...))
		}
		subjects := []string{"a/x", "a/y", "User u", "Group g"}
		var bindings []Binding
		for i := range 4 {
			r.Shuffle(len(subjects), func(a, b int) { subjects[a], subjects[b] = subjects[b], subjects[a] })
			name := []string{"", "a/", "b/"}[r.IntN(3)] + fmt.Sprint("b", i)
			bindings = append(bindings, binding(name, fmt.Sprintf("ClusterRole role-%d", r.IntN(3)), subjects[:1+r.IntN(3)]...))
		}
		x := New(roles, bindings)
		var removed []HeldRule
		gone := map[string]bool{}
		for h := range x.Each {
			if r.IntN(3) == 0 {
				removed = append(removed, h)
				gone[h.Text()] = true
			}
		}
		want := held(x, func(h HeldRule) bool { return gone[h.Text()] })
		if diff := cmp.Diff(want, held(New(x.Without(removed)), nothing)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		if before := New(roles, bindings); !cmp.Equal(held(x, nothing), held(before, nothing)) {
			t.Fatalf("seed %d: the index was changed", seed)
		}
	}
}
