// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// A rendered object is of the inventory of what its labels name, wherever it was read.
func TestRenderedInventories(t *testing.T) {
	s, _, err := snapshotOf(`apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: apps}
spec: {path: ./deploy, targetNamespace: elsewhere}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chart, namespace: apps}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: apps, labels: {kustomize.toolkit.fluxcd.io/name: web, kustomize.toolkit.fluxcd.io/namespace: apps}}
---
apiVersion: v1
kind: Service
metadata: {name: chart, namespace: apps, labels: {helm.toolkit.fluxcd.io/name: chart, helm.toolkit.fluxcd.io/namespace: apps}}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: apps}
`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, o := range s.Objects {
		got[o.String()] = o.Fields["status"]
	}
	inventory := func(id string) any {
		return map[string]any{"inventory": map[string]any{"entries": []any{map[string]any{"id": id, "v": "v1"}}}}
	}
	want := map[string]any{"Kustomization apps/web": inventory("apps_web__Service"), "HelmRelease apps/chart": inventory("apps_chart__Service")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is applied replaces what is there, adds to it, and leaves everything else alone: also the rules that the cluster
// has computed for aggregated roles.
func TestOver(t *testing.T) {
	pods := rbacv1.PolicyRule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"pods"}}
	selector := &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"part": "of-it"}}}}
	base := &snapshot.Snapshot{
		Kubernetes: "v1.37.2",
		Resources: []snapshot.Resource{
			{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true}, {Version: "v1", Resource: "namespaces", Kind: "Namespace"},
		},
		Namespaces: []snapshot.Namespace{{Name: "apps"}},
		Roles: []rbac.Role{
			{Name: "computed", Aggregation: selector, Rules: []rbacv1.PolicyRule{pods}}, {Namespace: "apps", Name: "kept"}, {Namespace: "apps", Name: "replaced"},
		},
		Objects: []snapshot.Object{{Group: "kustomize.toolkit.fluxcd.io", Kind: "Kustomization", Namespace: "apps", Name: "web"}},
	}
	m, err := Read(strings.NewReader(`apiVersion: v1
kind: Namespace
metadata: {name: new, namespace: ignored}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: homeless, annotations: {a: b, c: 7}}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: replaced, namespace: apps}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.example.com}
spec: {group: example.com, scope: Namespaced, names: {kind: Queue, plural: queues}, versions: [{name: v1, served: true}]}
`), "-")
	if err != nil {
		t.Fatal(err)
	}
	s, planned, err := m.Over(base, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, rules := range map[string]int{"kept": 0, "replaced": 1} {
		if role, ok := s.RBAC().Role("apps", name); !ok || len(role.Rules) != rules {
			t.Errorf("Role %s has the rules %v", name, role.Rules)
		}
	}
	if role, _ := s.RBAC().Role("", "computed"); len(role.Rules) != 1 {
		t.Errorf("the aggregated role has the rules %v", role.Rules)
	}
	if _, ok := s.ResourceOf("example.com", "Queue"); !ok {
		t.Error("the kind that the change brings is not served")
	}
	if _, ok := s.Namespace("new"); !ok || len(s.Namespaces) != 2 || len(s.Objects) != 1 {
		t.Errorf("namespaces %v, objects %v", s.Namespaces, s.Objects)
	}
	if len(planned) != 4 {
		t.Errorf("%d objects are applied, want 4", len(planned))
	}
	nameless, err := Read(strings.NewReader("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n"), "-")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := nameless.Over(base, ""); err == nil || !strings.Contains(err.Error(), "line 3: the ConfigMap has no metadata.name") {
		t.Errorf("an object without a name: %v", err)
	}
	want := []snapshot.Planned{
		{Version: "v1", Kind: "Namespace", Name: "new"},
		{Version: "v1", Kind: "ConfigMap", Name: "homeless", Annotations: map[string]string{"a": "b"}},
	}
	if diff := cmp.Diff(want, planned[:2]); diff != "" {
		t.Error(diff)
	}
}
