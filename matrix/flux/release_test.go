// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestJudgedBy(t *testing.T) {
	d := loadData()
	for _, test := range []struct {
		version, want string
		assumed       bool
	}{
		{"v2.9.5", "v2.9.5", false},
		{"2.7.3", "v2.7.3", false},
		{"v2.7", "v2.7", false},
		{"v2.10.0-rc.1", "v2.10.0", false},
		{"v2.10.7", "v2.10.7", false},
		{"v2.9.9", "v2.9.9", false},
		{"v2.11.0", "v2.10.0", true},
		{"v2.1.2", "v2.2.0", true},
		{"", "v2.10.0", true},
		{"latest", "v2.10.0", true},
		{"sha256:0f6d7a", "v2.10.0", true},
		{"v1.9.5", "v2.10.0", true},
	} {
		got, why := d.releases.judgedBy(test.version)
		if got.String() != test.want || (why != "") != test.assumed {
			t.Errorf("%q is judged by %s (%q), want %s", test.version, got, why, test.want)
		}
	}
	if minor, _ := parseRelease("v2.7"); minor.before(d.role("flux-view").Rules[1].Since) {
		t.Error("v2.7 stands for its last patch, which has what v2.7.4 repaired")
	}
}

func TestUnknownVersionIsSaid(t *testing.T) {
	s := healthySnapshot("v2.9.5")
	s.Installs[0].Version = "latest"
	m := derive(s, Options{})
	if !slices.ContainsFunc(m.NotAsked, func(g matrix.Gap) bool {
		return g.Why == `"latest" names no Flux release: it is assumed to be the newest known release, v2.10.0`
	}) {
		t.Errorf("not said: %v", m.NotAsked)
	}
	expectFailures(t, s, Options{})
}

func TestShardsShareAnAccount(t *testing.T) {
	s := healthySnapshot("v2.9.5")
	want := len(derive(s, Options{}).Expectations)
	shard := s.Installs[0].Controllers[0]
	shard.Name += "-shard1"
	s.Installs[0].Controllers = append(s.Installs[0].Controllers, shard)
	if got := len(derive(s, Options{}).Expectations); got != want {
		t.Errorf("%d checks with a shard, %d without", got, want)
	}
}

func TestTwoInstalls(t *testing.T) {
	s := healthySnapshot("v2.9.5")
	one := len(derive(s, Options{}).Reviews())
	other := s.Installs[0]
	other.Namespace, other.Version, other.Controllers = "flux-edge", "v2.6.4", slices.Clone(other.Controllers[:4])
	for i := range other.Controllers {
		other.Controllers[i].Namespace = "flux-edge"
	}
	s.Installs = append(s.Installs, other)
	m := derive(s, Options{})
	if got := len(m.Reviews()); got <= one {
		t.Errorf("%d reviews for two installs, %d for one", got, one)
	}
	alone := derive(s, Options{Namespace: "flux-edge"})
	for _, e := range alone.Expectations {
		if e.Subject.Namespace != "flux-edge" && e.Subject != (matrix.Subject{}) {
			t.Fatalf("%s is about %s", e.Code, e.Subject)
		}
		if e.Origin.Release == "v2.9.5" {
			t.Fatalf("%s of %s is judged by the other install's release", e.Code, e.Subject)
		}
	}
}

// TestNeedsAreGranted guards the data: what the code needs is something that a release grants,
// by one of its roles.
func TestNeedsAreGranted(t *testing.T) {
	d := loadData()
	for _, version := range []string{"v2.2.3", "v2.6.4", "v2.7.0", "v2.9.5", "v2.10.0"} {
		r, _ := parseRelease(version)
		for _, c := range d.needs.Controllers {
			for _, n := range slices.Concat(d.needs.Common, c.Needs) {
				granted := in(d.role("crd-controller").Rules, r)
				if isReconciler(c.Component) {
					granted = append(granted, in(d.role("cluster-reconciler").Rules, r)...)
				}
				if d.role("crd-controller").binds(c.Component, r) && n.holds(r) && !within(n.rule, granted) {
					t.Errorf("%s: nothing grants what %s needs: %s", version, c.Component, n.rule)
				}
			}
		}
	}
}
