// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const fleet = `
apiVersion: v1
kind: Namespace
metadata: {name: flux-system, labels: {app.kubernetes.io/version: v2.9.5}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kustomizations.kustomize.toolkit.fluxcd.io}
spec:
  group: kustomize.toolkit.fluxcd.io
  scope: Namespaced
  names: {kind: Kustomization, plural: kustomizations}
  versions:
  - {name: v1beta2, served: true, subresources: {status: {}, scale: {specReplicasPath: .a}}}
  - {name: v1, served: true, subresources: {status: {}}}
  - {name: v2, served: false}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kustomize-controller, namespace: flux-system, labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/component: kustomize-controller}}
spec:
  template:
    spec:
      serviceAccountName: kustomize-controller
      containers: [{name: manager, image: ghcr.io/fluxcd/kustomize-controller:v1.9.5, args: [--no-cross-namespace-refs=true]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: apps}
spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: apps, labels: {a: b}}
spec: {serviceAccountName: dev, path: ./deploy, interval: 10}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chart}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: dev, namespace: apps}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: dev, namespace: apps}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: dev}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: flux-edit, namespace: ignored, labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}}
rules: [{apiGroups: [kustomize.toolkit.fluxcd.io], resources: ["*"], verbs: [patch]}]
`

func TestSnapshot(t *testing.T) {
	s, gaps, err := read(t, fleet).Snapshot(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if found := detect.Detect(s, detect.Options{}); len(found) != 1 || found[0].Version != "v2.9.5" || found[0].Controllers[0].ServiceAccount != "kustomize-controller" {
		t.Errorf("installs: %+v", found)
	}
	var namespaces []string
	for _, n := range s.Namespaces {
		namespaces = append(namespaces, n.Name)
	}
	if want := []string{"apps", "default", "flux-system", "kube-node-lease", "kube-public", "kube-system"}; !slices.Equal(namespaces, want) {
		t.Errorf("namespaces: %v, want %v", namespaces, want)
	}
	var flux0 []snapshot.Resource
	for _, r := range s.Resources {
		if facts.IsGroup(r.Group) {
			r.Verbs = r.Verbs[:1]
			flux0 = append(flux0, r)
		}
	}
	resource := snapshot.Resource{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Resource: "kustomizations", Kind: "Kustomization", Namespaced: true, Verbs: []string{"create"}}
	status, scale := resource, resource
	status.Subresource, status.Verbs = "status", []string{"get"}
	scale.Subresource, scale.Verbs, scale.Version, scale.Kind = "scale", []string{"get"}, "v1beta2", "Scale"
	if diff := cmp.Diff([]snapshot.Resource{resource, scale, status}, flux0); diff != "" {
		t.Error(diff)
	}
	if len(s.Objects) != 2 || s.Objects[1].Namespace != "default" || s.Objects[0].Labels["a"] != "b" {
		t.Errorf("objects: %+v", s.Objects)
	}
	if spec := s.Objects[0].Fields["spec"].(map[string]any); spec["interval"] != int64(10) {
		t.Errorf("a whole number became %T", spec["interval"])
	}
	wantGaps := []matrix.Gap{
		{Section: "manifests", What: "other authorizers, admission, and the status of objects", Why: "no cluster was asked: the answers are those of RBAC in the manifests"},
		{Section: "manifests", What: "1 of kind HelmRelease.helm.toolkit.fluxcd.io", Why: "the manifests have no CustomResourceDefinition of it"},
	}
	if diff := cmp.Diff(wantGaps, gaps); diff != "" {
		t.Error(diff)
	}

	x := rbac.New(s.Roles, s.Bindings)
	dev := matrix.ServiceAccount("apps", "dev")
	for attributes, want := range map[matrix.Access]bool{
		{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps"}:                           true, // built in
		{Verb: "get", Resource: "pods", Namespace: "apps"}:                                                   true, // by view, a part of edit
		{Verb: "patch", Group: "kustomize.toolkit.fluxcd.io", Resource: "kustomizations", Namespace: "apps"}: true, // by flux-edit
		{Verb: "patch", Group: "kustomize.toolkit.fluxcd.io", Resource: "kustomizations"}:                    false,
		{Verb: "patch", Group: "rbac.authorization.k8s.io", Resource: "roles", Namespace: "apps"}:            false,
		{Verb: "get", Path: "/api"}: true, // everybody discovers
	} {
		if got := x.Allowed(matrix.Review{Subject: matrix.Share(dev), Access: attributes}); got != want {
			t.Errorf("%+v: %v", attributes, got)
		}
	}
}

func TestInventoryFromTheFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("fleet.yaml", fleet)
	write("deploy/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'a:b'}\n")
	write("legacy/deploy/job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: job}\n")
	write("deployment/other.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: other}\n")
	m, err := Read(nil, folder)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := m.Snapshot(Options{KubeVersion: "v1.36"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"inventory": map[string]any{"entries": []any{
		map[string]any{"id": "default_web_apps_Deployment", "v": "v1"},
		map[string]any{"id": "_a__b_rbac.authorization.k8s.io_ClusterRole", "v": "v1"},
	}}}
	if diff := cmp.Diff(want, s.Objects[0].Fields["status"]); diff != "" {
		t.Error(diff)
	}
	if s.Kubernetes != "v1.36" {
		t.Errorf("Kubernetes %s", s.Kubernetes)
	}
}

func TestBuiltin(t *testing.T) {
	for version, want := range map[string]string{
		"": "v1.37", "v1.37": "v1.37", "1.37.0": "v1.37", "v1.99.1": "v1.37", "v1.36.3-eks-1": "v1.36", "1.31": "v1.31", "1.2": "v1.31",
	} {
		k, err := Builtin(version)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(k.Version, want+".") {
			t.Errorf("%q: got %s", version, k.Version)
		}
		if len(k.Roles) < 70 || len(k.Bindings) < 50 || len(k.Resources) < 95 || len(k.Namespaces) != 4 {
			t.Errorf("%q: %d roles, %d bindings, %d resources, %v", version, len(k.Roles), len(k.Bindings), len(k.Resources), k.Namespaces)
		}
		seen := map[string]bool{}
		for _, r := range k.Resources {
			if seen[r.ID()] || r.Version == "" || r.Kind == "" || len(r.Verbs) == 0 {
				t.Errorf("%q: %+v", version, r)
			}
			seen[r.ID()] = true
		}
		if k.same(version) != (version != "v1.99.1" && version != "1.2") {
			t.Errorf("%q: same is %v", version, k.same(version))
		}
	}
	for _, version := range []string{"latest", "1", "2.37", "v1.x"} {
		if _, err := Builtin(version); err == nil {
			t.Errorf("%s is a version of Kubernetes", version)
		}
	}
}

// Dynamic resource allocation is served by default from 1.34 on, and pods/resize from 1.33 on.
func TestBuiltinDiffersByVersion(t *testing.T) {
	has := func(version, id string) bool {
		k, err := Builtin(version)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(k.Resources, func(r Resource) bool { return r.ID() == id })
	}
	if has("1.33", "resource resource.k8s.io/resourceclaims/") || !has("1.34", "resource resource.k8s.io/resourceclaims/") {
		t.Error("resourceclaims came with 1.34")
	}
	if has("1.31", "resource /pods/resize") || !has("1.33", "resource /pods/resize") {
		t.Error("pods/resize came after 1.31")
	}
}

func BenchmarkSnapshot(b *testing.B) {
	m, err := Read(strings.NewReader(fleet), "-")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := m.Snapshot(Options{KubeVersion: "v1.31"}); err != nil {
			b.Fatal(err)
		}
	}
}
