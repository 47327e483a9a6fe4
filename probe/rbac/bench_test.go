// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"fmt"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// fleet is the RBAC of a large cluster: 2,000 roles of ten rules each and 5,000 bindings, in a
// thousand namespaces.
func fleet() ([]Role, []Binding) {
	roles := []Role{role("cluster-admin", rule("* *.*"), rule("* *"))}
	for i := range 1999 {
		r := Role{Name: fmt.Sprintf("role-%d", i)}
		if i%2 == 0 {
			r.Namespace = fmt.Sprintf("team-%d", i/2)
		}
		for j := range 10 {
			r.Rules = append(r.Rules, rule(fmt.Sprintf("get,list,watch,create,patch things-%d,deployments,services,pods/exec.group-%d.example.com", j, (i+j)%40)))
		}
		roles = append(roles, r)
	}
	bindings := []Binding{binding("admin", "ClusterRole cluster-admin", "flux-system/kustomize-controller")}
	for i := range 4999 {
		namespace := fmt.Sprintf("team-%d", i%1000)
		ref := fmt.Sprintf("ClusterRole role-%d", (2*i+1)%1999)
		if i%3 == 0 {
			ref = fmt.Sprintf("Role role-%d", i%1000*2)
		}
		bindings = append(bindings, binding(fmt.Sprintf("%s/b-%d", namespace, i), ref, "reconciler", "User gotk:"+namespace+":reconciler", "Group system:serviceaccounts:"+namespace))
	}
	return roles, bindings
}

func BenchmarkNew(b *testing.B) {
	roles, bindings := fleet()
	for b.Loop() {
		New(roles, bindings)
	}
}

func BenchmarkExplain(b *testing.B) {
	x := New(fleet())
	r := review("team-7/reconciler patch deployments.group-3.example.com in team-7")
	for b.Loop() {
		x.Grants(r)
		x.Removals(r)
		x.NearMisses(review("team-7/reconciler delete deployments.apps in team-8"), map[matrix.Subject]string{})
		x.NearMisses(review("team-7/reconciler patch pods/exec.group-3.example.com in team-8"), map[matrix.Subject]string{})
	}
}

func BenchmarkReview(b *testing.B) {
	r := Reviewer{New(fleet())}
	specs := []matrix.Review{
		review("team-7/reconciler patch deployments.group-3.example.com in team-7"), review("team-7/reconciler delete deployments.apps in team-7"),
		review("flux-system/kustomize-controller delete deployments.apps in team-9"), review("team-500/reconciler get secrets in flux-system"),
	}
	i := 0
	for b.Loop() {
		if _, err := r.Review(b.Context(), spec(specs[i%len(specs)])); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
