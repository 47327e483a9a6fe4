// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func reviews(texts ...string) []matrix.Review {
	var all []matrix.Review
	for _, text := range texts {
		all = append(all, review(text))
	}
	return all
}

func TestMinimalRoles(t *testing.T) {
	needs := MinimalRoles(reviews(
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

// The rules of MinimalRoles allow what was asked for and nothing else, whatever that is.
func TestMinimalRolesGrantsExactly(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	question := func() matrix.Review {
		r := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", pick("a", "b")))}
		r.Access = matrix.Access{
			Verb: pick("get", "list", "patch"), Group: pick("", "apps"), Resource: pick("x", "y", "z"), Subresource: pick("", "", "status"),
			Namespace: pick("apps", "staging", ""), Name: pick("", "one", "two"),
		}
		if random.IntN(10) == 0 {
			r.Access = matrix.Access{Verb: pick("get", "head"), Path: pick("/a", "/b")}
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
		for _, n := range MinimalRoles(asked) {
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
