// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightEqualsRealApplies predicts what becomes of some changes, and then really applies them as the account, in
// the order in which Flux does: the same objects have to be refused, for the same reason.
func TestPreflightEqualsRealApplies(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	applyReally(t, c, "change", changes)
}

// applyReally makes changes, each in a namespace of its own.
func applyReally(t *testing.T, c *cluster.Cluster, prefix string, changes []change) {
	t.Helper()
	for i, test := range changes {
		t.Run(test.name, func(t *testing.T) {
			w := newChange(t, c, fmt.Sprintf("%s-%d", prefix, i), test)
			predicted := w.predict(t)
			really := w.apply(t)
			if diff := cmp.Diff(predicted, really); diff != "" {
				t.Errorf("what is refused (-predicted +really):\n%s", diff)
			}
			var got []string
			for ref, why := range really {
				got = append(got, strings.ReplaceAll(ref, w.namespace, "NS")+": "+why)
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("what is refused (-want +really):\n%s", diff)
			}
		})
	}
}

// change is something that an account is about to apply, as YAML in which NS is its namespace.
type change struct {
	name    string
	holds   []string // rules in its namespace: group,group resource,resource verb,verb [name]
	cluster []string // rules in the whole cluster
	by      applierKind
	live    string // what the Kustomization applied before, which is its inventory
	foreign string // what somebody else applied before
	next    string
	want    []string // what is refused, and why
	unsent  []string // what a dry-run without the content of Secrets cannot tell
}

// applierKind is what applies a change.
type applierKind struct {
	apiVersion, kind string
	owner            string // the domain of the labels by which an object is known to be applied by it
	prune            string // the annotation of what stays
}

var (
	kustomization = applierKind{"kustomize.toolkit.fluxcd.io/v1", "Kustomization", "kustomize.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io/prune"}
	resourceSet   = applierKind{"fluxcd.controlplane.io/v1", "ResourceSet", "resourceset.fluxcd.controlplane.io", "fluxcd.controlplane.io/prune"}
)

var changes = []change{
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
		name: "nothing can be patched", holds: []string{". configmaps get,create"},
		live: configMap("old"), next: configMap("old") + configMap("new"),
		want: []string{"ConfigMap NS/new: patch", "ConfigMap NS/old: patch"},
	},
	{
		name: "by name only", holds: []string{". configmaps get,patch,create good"},
		next: configMap("good") + configMap("bad"),
		want: []string{"ConfigMap NS/bad: patch"},
	},
	{
		name: "what is dropped cannot be deleted", holds: []string{". configmaps get,patch,create"},
		live: configMap("old") + configMap("kept") + strings.Replace(configMap("marked"), "{name: marked", "{annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}, name: marked", 1), next: configMap("kept"),
		want: []string{"ConfigMap NS/old: delete"},
	},
	{
		name: "what is dropped cannot be read", holds: []string{". configmaps patch,create,delete"},
		live: configMap("old") + configMap("kept"), next: configMap("kept"),
		want: []string{"ConfigMap NS/old: get"},
	},
	{
		name: "a RoleBinding is tried before its Role", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch,create", ". pods get"},
		next: role("reads", "pods") + binding("reads", "Role", "reads"),
		want: []string{"RoleBinding NS/reads: bind"},
	},
	{
		name: "bind is enough for both", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch,create,bind", ". pods get"},
		next: role("reads", "pods") + binding("reads", "Role", "reads"),
	},
	{
		name: "a Role gives more than the account has", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch,create,bind"},
		next: role("reads", "secrets") + binding("reads", "Role", "reads"),
		want: []string{"Role NS/reads: escalate"},
	},
	{
		name: "a binding to the ClusterRole of a change is tried when that is there", holds: []string{"rbac.authorization.k8s.io rolebindings get,patch,create", ". pods get"},
		cluster: []string{"rbac.authorization.k8s.io clusterroles get,patch,create,escalate"},
		next:    strings.ReplaceAll(role("NS-reads", "pods"), "kind: Role\nmetadata: {namespace: NS,", "kind: ClusterRole\nmetadata: {") + binding("reads", "ClusterRole", "NS-reads"),
	},
	{
		name: "a binding gives more than the account has", holds: []string{"rbac.authorization.k8s.io rolebindings get,patch,create"},
		next: binding("owns", "ClusterRole", "cluster-admin"),
		want: []string{"RoleBinding NS/owns: bind"},
	},
	{
		name: "roles that stay as they are are not judged", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch"},
		live: role("reads", "secrets") + binding("reads", "Role", "reads"), next: role("reads", "secrets") + binding("reads", "Role", "reads"),
	},
	{
		name: "a role that somebody else applied is judged, because it gets labels", holds: []string{"rbac.authorization.k8s.io roles get,patch"},
		foreign: role("reads", "secrets"), next: role("reads", "secrets"),
		want: []string{"Role NS/reads: escalate"},
	},
	{
		name: "what somebody else applied needs no creation", holds: []string{". configmaps get,patch"},
		foreign: configMap("there"), next: configMap("there"),
	},
	{
		name: "a binding is tried by what its Role is, and applied by what it will be", holds: []string{"rbac.authorization.k8s.io roles,rolebindings get,patch,create,escalate", ". configmaps get"},
		live: role("reads", "secrets"), next: role("reads", "configmaps") + binding("reads", "Role", "reads"),
		want: []string{"RoleBinding NS/reads: bind"},
	},
	{
		name: "a binding cannot refer to another role", holds: []string{"rbac.authorization.k8s.io * *"},
		live: binding("owns", "ClusterRole", "view"), next: binding("owns", "ClusterRole", "edit"),
		want: []string{"RoleBinding NS/owns: roleRef"},
	},
	{
		name: "a Namespace, and what is in it", cluster: []string{". namespaces get,patch,create"}, holds: []string{". configmaps get,patch,create"},
		next: configMap("here") + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS-new}\n" + strings.Replace(configMap("there"), "namespace: NS", "namespace: NS-new", 1),
		want: []string{"ConfigMap NS-new/there: patch"},
	},
	{
		name: "a namespace that nothing brings", cluster: []string{". configmaps get,patch,create"},
		next: strings.Replace(configMap("there"), "namespace: NS", "namespace: NS-none", 1),
		want: []string{"ConfigMap NS-none/there: missing"},
	},
	{
		name: "a kind that nothing brings", cluster: []string{"example.com * *"},
		next: "---\napiVersion: example.com/v1\nkind: Missing\nmetadata: {namespace: NS, name: one}\n",
		want: []string{"Missing NS/one: missing"},
	},
	{
		name: "a definition, and an object of it", cluster: []string{"apiextensions.k8s.io customresourcedefinitions get,patch,create"}, holds: []string{"example.com queues get,patch"},
		next: definition + "---\napiVersion: example.com/v1\nkind: Queue\nmetadata: {namespace: NS, name: orders}\n",
		want: []string{"Queue NS/orders: create"},
	},
	{
		name: "a class is applied before the rest", cluster: []string{"scheduling.k8s.io priorityclasses get"}, holds: []string{". configmaps get,patch,create"},
		next: configMap("new") + "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: NS-high}\nvalue: 1\n",
		want: []string{"PriorityClass NS-high: patch"},
	},
}

const definition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Queue, listKind: QueueList, plural: queues, singular: queue}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`

func configMap(name string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: NS}\n"
}

func role(name, resource string) string {
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {namespace: NS, name: " + name + "}\nrules:\n- {apiGroups: [''], resources: [" + resource + "], verbs: [get]}\n"
}

func binding(name, kind, role string) string {
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {namespace: NS, name: " + name + "}\n" +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + kind + ", name: " + role + "}\nsubjects:\n- {kind: ServiceAccount, namespace: NS, name: somebody}\n"
}
