// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"math/rand/v2"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestNeedsEqualRealApplies gives the accounts of some Kustomizations random roles, and compares what the
// prober says about each object of their inventories with doing it: reading, applying on the server's side
// and deleting it as the account, by nothing but its user name, as Flux does.
func TestNeedsEqualRealApplies(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	work := newApplied(t, c, rand.New(rand.NewPCG(seed, 0)))

	type need struct {
		account matrix.Subject
		object  objectRef
		verb    string
	}
	holds := map[need]bool{}
	for review, verdict := range work.needs(t, c) {
		a := review.Access
		ref := objectRef{a.Resource, a.Namespace, a.Name}
		if a.Resource == "namespaces" {
			ref.namespace = ""
		}
		holds[need{review.Subject.Get(), ref, a.Verb}] = verdict == matrix.Pass
	}
	compared, allowed := 0, 0
	compare := func(account matrix.Subject, ref objectRef, doing string, want bool, err error) {
		refused := err != nil && strings.Contains(err.Error(), "is forbidden: User")
		if refused == want {
			t.Errorf("%s %s %s as %s: the prober says %t, the server: %v", doing, ref.resource, ref.name, account, want, err)
		}
		compared++
		if want {
			allowed++
		}
	}
	for account, refs := range work.inventory {
		as := work.client(t, c, account)
		for _, ref := range refs {
			for _, verb := range []string{"get", "patch", "create", "delete"} {
				if _, asked := holds[need{account, ref, verb}]; !asked {
					t.Fatalf("nothing was asked about %s of %v as %s", verb, ref, account)
				}
			}
			may := func(verb string) bool { return holds[need{account, ref, verb}] }
			object := ref.object()
			compare(account, ref, "reading", may("get"), client.IgnoreNotFound(as.Get(t.Context(), client.ObjectKeyFromObject(object), object)))
			apply := may("patch") && (work.present[ref] || may("create"))
			err := as.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(ref.object()), client.FieldOwner("kustomize-controller"), client.ForceOwnership, client.DryRunAll)
			compare(account, ref, map[bool]string{true: "applying present", false: "applying absent"}[work.present[ref]], apply, err)
			compare(account, ref, "deleting", may("delete"), client.IgnoreNotFound(as.Delete(t.Context(), ref.object(), client.DryRunAll)))
		}
	}
	t.Logf("%d requests, %d of them allowed", compared, allowed)
	if compared < 300 || allowed < compared/20 || allowed > compared*19/20 {
		t.Errorf("%d of %d allowed: the test proves little", allowed, compared)
	}
}
