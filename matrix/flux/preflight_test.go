// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// planned is an object of a change: kind namespace/name, and a mark.
func planned(text string) snapshot.Planned {
	words := strings.Fields(text)
	namespace, name, _ := strings.Cut(words[1], "/")
	o := snapshot.Planned{Version: "v1", Kind: words[0], Namespace: namespace, Name: name}
	if len(words) > 2 {
		key, value, _ := strings.Cut(words[2], "=")
		o.Annotations = map[string]string{key: value}
	}
	return o
}

// TestPreflight is about what the specs and the marks of objects say; what the permissions have to be is compared with
// real applies by the tests on an API server.
func TestPreflight(t *testing.T) {
	const inventory = `inventory: {entries: [{id: team_old__ConfigMap}]}`
	old := model.Entry{Namespace: "team", Name: "old", Kind: "ConfigMap"}
	mine := map[string]string{"kustomize.toolkit.fluxcd.io/name": "x", "kustomize.toolkit.fluxcd.io/namespace": "team"}
	tests := []struct {
		name, kind, object string
		next               []string
		live               map[model.Entry]model.Live
		want, gaps         []string
	}{
		{
			name: "it is dropped", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, prune: true}, status: {` + inventory + `}}`,
			want: []string{"FP422 missing error team/deployer get configmaps in team", "FP422 missing error team/deployer delete configmaps in team"},
		},
		{
			name: "nothing is pruned", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer}, status: {` + inventory + `}}`,
			gaps: []string{"what Kustomization team/x no longer applies, objects: 1"},
		},
		{
			name: "it is gone already", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, prune: true}, status: {` + inventory + `}}`,
			live: map[model.Entry]model.Live{old: {}}, gaps: []string{"ConfigMap team/old"},
		},
		{
			name: "it is somebody else's", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, prune: true}, status: {` + inventory + `}}`,
			live: map[model.Entry]model.Live{old: {Exists: true}}, gaps: []string{"ConfigMap team/old"},
		},
		{
			name: "it is kept", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, prune: true}, status: {` + inventory + `}}`,
			live: map[model.Entry]model.Live{old: {Exists: true, Labels: mine, Annotations: map[string]string{"kustomize.toolkit.fluxcd.io/prune": "Disabled"}}},
			gaps: []string{"ConfigMap team/old"},
		},
		{
			name: "it is its own", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, prune: true}, status: {` + inventory + `}}`,
			live: map[model.Entry]model.Live{old: {Exists: true, Labels: mine}},
			want: []string{"FP422 missing error team/deployer get configmaps in team", "FP422 missing error team/deployer delete configmaps in team"},
		},
		{
			name: "Helm keeps it", kind: "HelmRelease", object: `{spec: {serviceAccountName: storing}, status: {` + inventory + `}}`,
			live: map[model.Entry]model.Live{old: {Exists: true, Annotations: map[string]string{"helm.sh/resource-policy": "keep"}}}, gaps: []string{"ConfigMap team/old"},
		},
		{
			name: "Helm has to read what it applies", kind: "HelmRelease", object: `{spec: {serviceAccountName: storing}}`, next: []string{"ConfigMap team/new"},
			want: []string{"FP421 missing error team/storing get configmaps in team", "FP421 missing error team/storing patch configmaps in team", "FP421 missing error team/storing create configmaps in team"},
		},
		{
			name: "Helm deletes its hooks", kind: "HelmRelease", object: `{spec: {serviceAccountName: storing}}`, next: []string{"ConfigMap team/new helm.sh/hook=pre-install"},
			want: []string{
				"FP421 missing error team/storing get configmaps in team", "FP421 missing error team/storing patch configmaps in team", "FP421 missing error team/storing create configmaps in team",
				"FP421 missing error team/storing delete configmaps in team",
			},
		},
		{
			name: "it cannot be stored", kind: "HelmRelease", object: `{spec: {serviceAccountName: deployer}}`, next: []string{"Job team/test helm.sh/hook=test"},
			want: []string{
				"FP425 missing error team/deployer get secrets in team", "FP425 missing error team/deployer list secrets in team", "FP425 missing error team/deployer create secrets in team",
				"FP425 missing error team/deployer update secrets in team", "FP425 missing error team/deployer delete secrets in team",
			},
			gaps: []string{"Job team/test"},
		},
		{
			name: "it is replaced", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, force: true}, status: {` + inventory + `}}`, next: []string{"ConfigMap team/old"},
			want: []string{
				"FP421 missing error team/deployer get configmaps in team", "FP421 missing error team/deployer patch configmaps in team", "FP421 missing warning team/deployer delete configmaps in team",
			},
		},
		{
			name: "marks of what is new", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer}}`,
			next: []string{
				"ConfigMap team/a kustomize.toolkit.fluxcd.io/reconcile=disabled", "ConfigMap team/b kustomize.toolkit.fluxcd.io/ssa=Ignore", "ServiceAccount team/deployer kustomize.toolkit.fluxcd.io/ssa=IfNotPresent",
			},
			gaps: []string{"ConfigMap team/a", "ConfigMap team/b", "ServiceAccount team/deployer"},
		},
		{
			name: "another cluster", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, kubeConfig: {secretRef: {name: x}}}}`, next: []string{"ConfigMap team/new"},
			gaps: []string{"Kustomization team/x"},
		},
		{
			name: "suspended", kind: "Kustomization", object: `{spec: {serviceAccountName: deployer, suspend: true}}`, next: []string{"ServiceAccount team/deployer"},
			want: []string{"FP421 missing info team/deployer get serviceaccounts in team", "FP421 missing error team/deployer patch serviceaccounts in team"},
			gaps: []string{"when the change is applied"},
		},
		{
			name: "what is deleted with another Kustomization", kind: "Kustomization",
			object: `{spec: {serviceAccountName: admin, prune: true}, status: {inventory: {entries: [{id: team_child_kustomize.toolkit.fluxcd.io_Kustomization}, {id: team_orphans_kustomize.toolkit.fluxcd.io_Kustomization}]}}}`,
			want:   []string{"FP422 missing error team/deployer get secrets in team", "FP422 missing error team/deployer delete secrets in team"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := fluxtest.New()
			l.AddNamespace("team", nil)
			for _, account := range []string{"deployer", "storing", "admin"} {
				l.Account("team", account, "")
			}
			l.Role("team", "storing", "get,list,create,update,delete||secrets")
			l.Bind("team", "storing", ".storing", "team/storing")
			l.Bind("team", "admin", "cluster-admin", "team/admin")
			l.Object(t, "Kustomization", "team", "child", `{spec: {serviceAccountName: deployer, deletionPolicy: Delete}, status: {inventory: {entries: [{id: team_a__Secret}]}}}`)
			l.Object(t, "Kustomization", "team", "orphans", `{spec: {serviceAccountName: deployer, prune: true, deletionPolicy: Orphan}, status: {inventory: {entries: [{id: team_b__ConfigMap}]}}}`)
			l.Object(t, test.kind, "team", "x", test.object)
			m := l.Model()
			plan := model.Plan{Live: test.live}
			for _, o := range m.Reconciliations {
				if o.Name == "x" {
					plan.Reconciliation = o
				}
			}
			for _, text := range test.next {
				plan.Objects = append(plan.Objects, planned(text))
			}
			derived := flux.Derive(m, flux.Options{Change: &model.Change{Plans: []model.Plan{plan}, After: m}})
			if diff := cmp.Diff(test.want, fluxtest.Failures(l.Probe(t, derived), "FP4")); diff != "" {
				t.Error("failures (-want +got):\n" + diff)
			}
			var gaps []string
			for _, g := range derived.NotAsked {
				gaps = append(gaps, g.What)
			}
			if diff := cmp.Diff(test.gaps, gaps); diff != "" {
				t.Error("gaps (-want +got):\n" + diff)
			}
			for _, c := range derived.Checks {
				if c.Meta().Section != "preflight" || c.Meta().Step == 0 {
					t.Errorf("%+v is not of the section", c.Meta())
				}
			}
		})
	}
}
