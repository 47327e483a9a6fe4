// SPDX-License-Identifier: Apache-2.0

// Package manifests tests that manifests give what the cluster gives that they were applied to.
package manifests

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/test/cluster"
)

const tenant = `
apiVersion: v1
kind: Namespace
metadata: {name: apps}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: dev, namespace: apps}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: dev, namespace: apps}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects:
- {kind: ServiceAccount, name: dev}
- {kind: User, name: gotk:apps:reconciler, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: extra, namespace: apps}
rules:
- {apiGroups: ["", apps], resources: [pods/exec, "*/scale"], verbs: ["*"], resourceNames: [a]}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: apps}
spec: {interval: 1m, prune: true, path: ./, serviceAccountName: dev, sourceRef: {kind: GitRepository, name: fleet}}
`

func TestManifestsEqualTheCluster(t *testing.T) {
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stopping the test cluster: %v", err)
		}
	})
	t.Run("answers", func(t *testing.T) { testAnswers(t, c) })
	if err := c.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Run("snapshot", func(t *testing.T) { testSnapshot(t, c) })
}

// testSnapshot installs Flux and a tenant, reads the cluster, and reads the same objects as manifests.
func testSnapshot(t *testing.T, c *cluster.Cluster) {
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{Version: "2.9"}); err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode([]byte(tenant))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
	if err := c.Aggregate(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Snapshot(t.Context(), probecluster.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	read, err := manifests.Read(bytes.NewReader(dump(t.Context(), t, c)), "-")
	if err != nil {
		t.Fatal(err)
	}
	got, gaps, err := read.Snapshot(manifests.Options{KubeVersion: want.Kubernetes})
	if err != nil {
		t.Fatal(err)
	}
	if len(gaps) != 1 {
		t.Errorf("gaps: %v", gaps)
	}
	if diff := cmp.Diff(detect.Detect(want, detect.Options{}), detect.Detect(got, detect.Options{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(snapshot.Snapshot{}),
		cmpopts.SortSlices(strings.Compare), // the order of a resource's verbs
		cmpopts.IgnoreFields(snapshot.Snapshot{}, "ServiceAccounts", "Deployments", "Definitions"),
		cmpopts.IgnoreFields(snapshot.Namespace{}, "Labels"),
	)
	if diff != "" {
		t.Error(diff)
	}
	// No controller made the accounts called default here; manifests know that one will.
	accounts := slices.DeleteFunc(slices.Clone(got.ServiceAccounts), func(a snapshot.ServiceAccount) bool { return a.Name == "default" })
	if diff := cmp.Diff(want.ServiceAccounts, accounts, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// dump is what was applied, as kubectl get -o yaml prints it.
func dump(ctx context.Context, t *testing.T, c *cluster.Cluster) []byte {
	var text []byte
	for _, gvk := range []schema.GroupVersionKind{
		{Version: "v1", Kind: "NamespaceList"}, {Version: "v1", Kind: "ServiceAccountList"},
		{Group: "apps", Version: "v1", Kind: "DeploymentList"},
		{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinitionList"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleList"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleList"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBindingList"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBindingList"},
		{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "KustomizationList"},
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(gvk)
		if err := c.Client.List(ctx, list); err != nil {
			t.Fatal(err)
		}
		for _, o := range list.Items {
			if o.GetLabels()["kubernetes.io/bootstrapping"] != "" {
				continue
			}
			unstructured.RemoveNestedField(o.Object, "metadata", "managedFields")
			document, err := yaml.Marshal(o.Object)
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, "---\n"...), document...)
		}
	}
	return text
}
