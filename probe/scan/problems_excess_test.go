// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// A binding that grants too much, whoever it names, is one problem, and so is a role with a rule too many.
func TestOneGrantTooManyIsOneProblem(t *testing.T) {
	fleet := healthy(t)
	bound := func(role, namespace, subject string) mutation {
		return func(_ *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
			b := rbac.Binding{Namespace: namespace, Name: "extra", RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}
			entry := rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: subject}
			if home, name, ok := strings.Cut(subject, "/"); ok {
				entry = rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: home, Name: name}
			}
			b.Subjects = []rbacv1.Subject{entry}
			bindings := append(slices.Clone(s.Bindings), b)
			slices.SortFunc(bindings, func(a, b rbac.Binding) int {
				return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
			})
			return b.Origin(), s.Replace(s.Roles, bindings, s.Deployments)
		}
	}
	for name, mutate := range map[string]mutation{
		"cluster-admin for a tenant":                 bound("cluster-admin", "", "shop/reconciler"),
		"cluster-admin for a tenant in its home":     bound("cluster-admin", "shop", "shop/reconciler"),
		"admin for a tenant at another tenant's":     bound("admin", "billing", "shop/reconciler"),
		"cluster-admin for every account":            bound("cluster-admin", "", "system:serviceaccounts"),
		"view for everybody":                         bound("view", "", "system:authenticated"),
		"edit for a default account":                 bound("edit", "shop", "shop/default"),
		"edit for a tenant's group in Flux's own":    bound("edit", "flux-system", "system:serviceaccounts:shop"),
		"cluster-admin for source-controller":        bound("cluster-admin", "", "flux-system/source-controller"),
		"a rule too many in Flux's role":             addRule,
		"a role is deleted":                          deleteRole,
		"the account of a controller does not exist": deleteAccount,
	} {
		changed, mutated := mutate(rand.New(rand.NewPCG(3, 3)), fleet)
		r := probed(t, mutated)
		everyFailureOnce(t, r)
		if len(r.Problems) != 1 || r.Problems[0].Cause.Origin().String() != changed.String() || r.Problems[0].Proof.Breaks > 0 {
			t.Errorf("%s: %s was changed", name, changed)
			for _, p := range r.Problems {
				t.Errorf("  %s: %s", p.Cause.Origin(), p.Title)
			}
		}
	}
}

func addRule(_ *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	roles := slices.Clone(s.Roles)
	r := &roles[slices.IndexFunc(roles, func(r rbac.Role) bool { return r.Name == "crd-controller-flux-system" })]
	r.Rules = append(slices.Clone(r.Rules), rbacv1.PolicyRule{Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"pods", "pods/exec"}})
	return r.Origin(), s.Replace(roles, s.Bindings, s.Deployments)
}

func deleteRole(random *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	roles := slices.Clone(s.Roles)
	at := pick(random, own(roles, func(r rbac.Role) bool { return r.Builtin() || r.Namespace == "" }))
	o := roles[at].Origin()
	return o, s.Replace(rbac.Aggregate(slices.Delete(roles, at, at+1)), s.Bindings, s.Deployments)
}

func deleteAccount(_ *rand.Rand, s *snapshot.Snapshot) (matrix.Origin, *snapshot.Snapshot) {
	mutated := s.Replace(s.Roles, s.Bindings, s.Deployments)
	mutated.ServiceAccounts = slices.DeleteFunc(slices.Clone(s.ServiceAccounts), func(a snapshot.ServiceAccount) bool {
		return a.Namespace == "flux-system" && a.Name == "source-controller"
	})
	return matrix.Origin{Kind: matrix.KindServiceAccount, Namespace: "flux-system", Name: "source-controller"}, mutated
}

// Several objects that are changed at a time are as many problems at most, each about one of them.
func TestSeveralMutations(t *testing.T) {
	fleet := healthy(t)
	random := rand.New(rand.NewPCG(7, 7))
	kinds := slices.Sorted(maps.Keys(mutations))
	for range 8 {
		mutated := fleet
		var changed []matrix.Origin
		for range 3 {
			if o, m := mutations[kinds[random.IntN(len(kinds))]](random, mutated); !slices.Contains(changed, o) {
				changed, mutated = append(changed, o), m
			}
		}
		r := probed(t, mutated)
		everyFailureOnce(t, r)
		if len(r.Problems) > len(changed) {
			t.Errorf("%d problems after %d changes: %v", len(r.Problems), len(changed), changed)
		}
		for _, p := range r.Problems {
			if !slices.ContainsFunc(changed, func(o matrix.Origin) bool { return names(p, o, fleet) }) {
				t.Errorf("%v were changed, and a problem is about %s: %s", changed, p.Cause.Origin(), p.Title)
			}
		}
	}
}
