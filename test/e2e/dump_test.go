// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// dump is the cluster as manifests, without what the API server brings itself.
func dump(t *testing.T, c *cluster.Cluster) []byte {
	kinds := []schema.GroupVersionKind{
		{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "ServiceAccount"}, {Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"}, {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRole"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"}, {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"},
	}
	definitions := list(t, c, schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
	for _, d := range definitions {
		group, _, _ := unstructured.NestedString(d.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(d.Object, "spec", "names", "kind")
		mapping, err := c.Client.RESTMapper().RESTMapping(schema.GroupKind{Group: group, Kind: kind})
		if err == nil {
			kinds = append(kinds, mapping.GroupVersionKind)
		}
	}
	objects := definitions
	for _, kind := range kinds {
		objects = append(objects, list(t, c, kind)...)
	}
	var text strings.Builder
	for _, o := range objects {
		if o.GetLabels()["kubernetes.io/bootstrapping"] != "" {
			continue
		}
		unstructured.RemoveNestedField(o.Object, "metadata", "managedFields")
		document, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n" + string(document))
	}
	return []byte(text.String())
}

func list(t *testing.T, c *cluster.Cluster, kind schema.GroupVersionKind) []unstructured.Unstructured {
	found := &unstructured.UnstructuredList{}
	kind.Kind += "List"
	found.SetGroupVersionKind(kind)
	if err := c.Client.List(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	return found.Items
}
