// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

// Two shards of one controller with different defaults impersonate different accounts.
func TestShards(t *testing.T) {
	l := fluxtest.New()
	shard := detect.Controller{
		Component: "kustomize-controller", Namespace: "flux-system", Name: "kustomize-controller-one", ServiceAccount: "kustomize-controller",
		Args: []string{"--watch-label-selector=sharding.fluxcd.io/key=one", "--default-service-account=tenant"},
	}
	l.Args("kustomize-controller", "--watch-label-selector=!sharding.fluxcd.io/key", "--default-service-account=default")
	l.Installs[0].Controllers = append(l.Installs[0].Controllers, shard)
	for _, key := range []string{"", "one", "two"} {
		l.Object(t, "Kustomization", "apps", "k"+key, `{}`)
		if key != "" {
			l.Objects[len(l.Objects)-1].Labels = map[string]string{"sharding.fluxcd.io/key": key}
		}
	}
	m := flux.Derive(l.Model(), flux.Options{})
	var got []string
	for _, c := range m.Checks {
		if access, _ := c.Access(); c.Meta().Code == "FP301" {
			got = append(got, c.Meta().Origin.Get().Name+" as "+access.Namespace+"/"+access.Name)
		}
	}
	if diff := cmp.Diff([]string{"k as apps/default", "kone as apps/tenant"}, got); diff != "" {
		t.Error("accounts (-want +got):\n" + diff)
	}
	if !slices.ContainsFunc(m.NotAsked, func(g matrix.Gap) bool { return g.What == "Kustomization apps/ktwo" }) {
		t.Errorf("the object that no shard watches is not described: %v", m.NotAsked)
	}
}
