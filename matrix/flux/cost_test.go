// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe"
)

// The number of reviews is linear in the number of tenants.
func TestCost(t *testing.T) {
	cost := func(tenants int) (all, applying int) {
		l := fluxtest.Tenants(t, tenants)
		first := map[matrix.Review]bool{}
		for _, c := range flux.Derive(l.Model(), flux.Options{}).Checks {
			asked, ok := c.(*matrix.Asked)
			if !ok {
				continue
			}
			first[asked.AnyOf[0][0]] = true
			if asked.Code == "FP401" && asked.Subject.Get().Namespace == "team-000" {
				applying++
			}
		}
		return len(first), applying
	}
	few, checks := cost(200)
	if few > 14_890 || checks != 80 {
		t.Errorf("200 tenants cost %d reviews, of %d checks for the objects of one; want at most 14890, and 80", few, checks)
	}
	if many, _ := cost(1000); many > 5*few {
		t.Errorf("1000 tenants cost %d reviews, more than five times the %d of 200", many, few)
	}
}

// An account with permissions on a whole namespace is asked once for each verb and kind, not for each object.
func TestSharedReviews(t *testing.T) {
	l := fluxtest.Tenants(t, 1)
	m := flux.Derive(l.Model(), flux.Options{}).Only(func(section string) bool { return section == "tenants" })
	p := probe.Prober{Reviewer: l, Concurrency: 1}
	checks := 0
	for f := range p.Run(t.Context(), m) {
		if checks++; f.Code != "FP401" || f.Verdict != matrix.Pass {
			t.Errorf("%s is %s: %s", f.Code, f.Verdict, f.Because)
		}
	}
	if reviews := l.Reviewed.Load(); checks != 80 || reviews != 16 {
		t.Errorf("%d checks asked %d reviews, want 80 and 16", checks, reviews)
	}
}

func BenchmarkDerive(b *testing.B) {
	l := fluxtest.Tenants(b, 200)
	for b.Loop() {
		flux.Derive(l.Model(), flux.Options{})
	}
}
