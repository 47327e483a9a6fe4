// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightOfResourceSetEqualsRealApplies does what flux-operator does (internal/controller/resourceset_controller.go):
// it leaves out what is marked, copies data as the account, applies in the stages of kustomize-controller, and deletes
// what it no longer applies.
func TestPreflightOfResourceSetEqualsRealApplies(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("testdata/resourceset.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		if file.Name != "operator.yaml" {
			continue
		}
		objects, err := cluster.Decode(file.Data)
		if err == nil {
			err = c.Apply(t.Context(), objects...)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range resourceSetChanges {
		resourceSetChanges[i].by = resourceSet
	}
	applyReally(t, c, "set", resourceSetChanges)
}

// omitted reports whether an object is left out of what a ResourceSet applies.
func (w *changeWorld) omitted(o *unstructured.Unstructured) bool {
	return w.by == resourceSet && o.GetAnnotations()["fluxcd.controlplane.io/reconcile"] == "disabled"
}

// copied reads what is copied into objects, and returns what is refused.
func (w *changeWorld) copied(t *testing.T, as client.Client) map[string]string {
	t.Helper()
	refused := map[string]string{}
	for _, o := range w.next {
		namespace, name, ok := strings.Cut(o.GetAnnotations()["fluxcd.controlplane.io/copyFrom"], "/")
		if w.by != resourceSet || !ok {
			continue
		}
		source := &unstructured.Unstructured{}
		source.SetGroupVersionKind(o.GroupVersionKind())
		if err := as.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, source); err != nil {
			refused[nameOf(o)] = why(t, err)
		}
	}
	w.next = slices.DeleteFunc(w.next, w.omitted)
	return refused
}

// annotated is an object with an annotation.
func annotated(object, annotation string) string {
	return strings.Replace(object, "metadata: {", "metadata: {annotations: {"+annotation+"}, ", 1)
}

var resourceSetChanges = []change{
	{
		name: "nothing is refused", holds: []string{". configmaps,serviceaccounts patch,create,get,delete"},
		live: configMap("old"), next: configMap("new"),
	},
	{
		name: "a new object cannot be created", holds: []string{". configmaps get,patch"},
		live: configMap("old"), next: configMap("old") + configMap("new"),
		want: []string{"ConfigMap NS/new: create"},
	},
	{
		name: "what is dropped cannot be deleted, and what is marked stays", holds: []string{". configmaps get,patch,create"},
		live: configMap("old") + configMap("kept") + annotated(configMap("marked"), "fluxcd.controlplane.io/prune: disabled") +
			annotated(configMap("other"), "kustomize.toolkit.fluxcd.io/prune: disabled"),
		next: configMap("kept"),
		want: []string{"ConfigMap NS/old: delete", "ConfigMap NS/other: delete"},
	},
	{
		name: "what was given to somebody else stays", holds: []string{". configmaps get,patch,create"},
		live: configMap("old") + strings.Replace(configMap("given"), "{name: given", "{labels: {resourceset.fluxcd.controlplane.io/name: other}, name: given", 1),
		next: configMap("old"),
	},
	{
		name: "what is left out is dropped", holds: []string{". configmaps get,patch,create"},
		live: configMap("out") + configMap("kept"), next: configMap("kept") + annotated(configMap("out"), "fluxcd.controlplane.io/reconcile: disabled"),
		want: []string{"ConfigMap NS/out: delete"},
	},
	{
		name: "what is left out needs nothing", holds: []string{". configmaps get,patch,create"},
		next: configMap("kept") + annotated(role("out", "secrets"), "fluxcd.controlplane.io/reconcile: disabled"),
	},
	{
		name: "a RoleBinding is tried before its Role", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch,create", ". pods get"},
		next: role("reads", "pods") + binding("reads", "Role", "reads"),
		want: []string{"RoleBinding NS/reads: bind"},
	},
	{
		name: "a role that it applied before stays as it is", holds: []string{"rbac.authorization.k8s.io roles get,patch"},
		live: role("reads", "secrets"), next: role("reads", "secrets"),
	},
	{
		name: "what is copied can be read", holds: []string{". configmaps get,patch,create"},
		foreign: configMap("source"), next: annotated(configMap("copy"), "fluxcd.controlplane.io/copyFrom: NS/source"),
	},
	{
		name: "what is copied cannot be read", holds: []string{". configmaps get,patch,create copy"}, cluster: []string{". configmaps create"},
		foreign: configMap("source"), next: annotated(configMap("copy"), "fluxcd.controlplane.io/copyFrom: NS/source"),
		want: []string{"ConfigMap NS/copy: get"},
	},
	{
		name: "a class is applied before the rest", cluster: []string{"scheduling.k8s.io priorityclasses get"}, holds: []string{". configmaps get,patch,create"},
		next: configMap("new") + "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: NS-high}\nvalue: 1\n",
		want: []string{"PriorityClass NS-high: patch"},
	},
}
