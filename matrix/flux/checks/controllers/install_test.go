// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

func TestUnknownVersionIsDescribed(t *testing.T) {
	s := fluxtest.Healthy("v2.9.5")
	s.Installs[0].Version = "latest"
	m := derive(s, checks.Options{})
	if !slices.ContainsFunc(m.NotAsked, func(g matrix.Gap) bool {
		return g.Why == `"latest" is not a Flux release: it is assumed to be the newest known release, `+facts.Load().Releases.Newest.String()
	}) {
		t.Errorf("not described: %v", m.NotAsked)
	}
	expectFailures(t, s, checks.Options{})
}

func TestShardsShareAnAccount(t *testing.T) {
	s := fluxtest.Healthy("v2.9.5")
	want := len(derive(s, checks.Options{}).Checks)
	shard := s.Installs[0].Controllers[0]
	shard.Name += "-shard1"
	s.Installs[0].Controllers = append(s.Installs[0].Controllers, shard)
	if got := len(derive(s, checks.Options{}).Checks); got != want {
		t.Errorf("%d checks with a shard, %d without", got, want)
	}
}

func TestTwoInstalls(t *testing.T) {
	s := fluxtest.Healthy("v2.9.5")
	one := len(slices.Collect(derive(s, checks.Options{}).Reviews()))
	other := s.Installs[0]
	other.Namespace, other.Version, other.Controllers = "flux-edge", "v2.6.4", slices.Clone(other.Controllers[:4])
	for i := range other.Controllers {
		other.Controllers[i].Namespace = "flux-edge"
	}
	s.Installs = append(s.Installs, other)
	m := derive(s, checks.Options{})
	if got := len(slices.Collect(m.Reviews())); got <= one {
		t.Errorf("%d reviews for two installs, %d for one", got, one)
	}
	s.Namespace = "flux-edge"
	for _, c := range derive(s, checks.Options{}).Checks {
		e := c.Meta()
		if e.Subject.Get().Namespace != "flux-edge" && !e.Subject.IsZero() {
			t.Fatalf("%s is about %s", e.Code, e.Subject.Get())
		}
		if e.Origin.Get().Release == "v2.9.5" {
			t.Fatalf("%s of %s is judged by the other install's release", e.Code, e.Subject.Get())
		}
	}
}
