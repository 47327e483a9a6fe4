// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// applied are the Kustomizations of the test: one an account, each with an inventory.
type applied struct {
	namespaces []string
	inventory  map[matrix.Subject][]objectRef
	present    map[objectRef]bool
}

func newApplied(t *testing.T, c *cluster.Cluster, random *rand.Rand) *applied {
	w := &applied{inventory: map[matrix.Subject][]objectRef{}, present: map[objectRef]bool{}}
	create := func(o client.Object) {
		t.Helper()
		if err := c.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 8 {
		ns := fmt.Sprintf("apply-%d", i)
		w.namespaces = append(w.namespaces, ns)
		create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
		create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "account"}})
		w.present[objectRef{"namespaces", "", ns}] = true
	}
	for _, ns := range w.namespaces {
		for _, k := range appliedKinds {
			if present := (objectRef{k.resource, ns, "alpha"}); k.namespaced {
				create(present.object())
				w.present[present] = true
			}
		}
	}
	for i, ns := range w.namespaces {
		account := matrix.ServiceAccount(ns, "account")
		for j := range 4 {
			w.grant(random, account, fmt.Sprintf("apply-%d-%d", i, j), create)
		}
		for _, there := range []string{ns, w.namespaces[(i+1)%len(w.namespaces)]} {
			for _, k := range appliedKinds {
				for _, name := range objectNames[:2] {
					if k.namespaced {
						w.inventory[account] = append(w.inventory[account], objectRef{k.resource, there, name})
					}
				}
			}
		}
		for _, name := range []string{"beta", ns} {
			w.inventory[account] = append(w.inventory[account], objectRef{"namespaces", "", name})
		}
		w.inventory[account] = append(w.inventory[account], objectRef{"priorityclasses", "", "beta"})
		w.reconcile(t, c, account)
	}
	return w
}

// grant binds a random role to the account, or to a group that it is in, in some namespace or in all.
func (w *applied) grant(random *rand.Rand, account matrix.Subject, name string, create func(client.Object)) {
	var rules []rbacv1.PolicyRule
	for range 2 {
		k := pick(random, appliedKinds)
		rule := rbacv1.PolicyRule{APIGroups: []string{k.group}, Resources: []string{k.resource}}
		for _, verb := range []string{"get", "patch", "create", "delete"} {
			if random.IntN(3) > 0 {
				rule.Verbs = append(rule.Verbs, verb)
			}
		}
		rule.Verbs = append(rule.Verbs, "watch")
		if random.IntN(3) == 0 {
			rule.ResourceNames = []string{pick(random, objectNames)}
		}
		rules = append(rules, rule)
	}
	create(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules})
	subject := rbacv1.Subject{Kind: "ServiceAccount", Namespace: account.Namespace, Name: account.Name}
	if random.IntN(4) == 0 {
		subject = rbacv1.Subject{Kind: "Group", APIGroup: rbacv1.GroupName, Name: "system:serviceaccounts:" + account.Namespace}
	}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
	if random.IntN(4) == 0 {
		create(&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: ref, Subjects: []rbacv1.Subject{subject}})
	} else {
		create(&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: account.Namespace, Name: name}, RoleRef: ref, Subjects: []rbacv1.Subject{subject}})
	}
}

// needs are the verdicts of FP401, by the review that names the object.
func (w *applied) needs(t *testing.T, c *cluster.Cluster) map[matrix.Review]matrix.Verdict {
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	run, err := scan.Open(t.Context(), scan.Options{Target: scan.Cluster(connection, "test"), Sections: []string{"tenants"}})
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[matrix.Review]matrix.Verdict{}
	for f := range run.Stream(t.Context(), run.Report().Findings, scan.StreamOptions{}) {
		if asked, ok := f.Check.(*matrix.Asked); ok && f.Code == "FP401" {
			verdicts[asked.AnyOf[len(asked.AnyOf)-1][0]] = f.Verdict
		}
	}
	return verdicts
}

// client acts as the account, by nothing but its user name.
func (w *applied) client(t *testing.T, c *cluster.Cluster, account matrix.Subject) client.Client {
	config := *c.Config
	config.Impersonate.UserName = account.User()
	as, err := client.New(&config, client.Options{Mapper: c.Client.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	return as
}

// reconcile makes the account's Kustomization.
func (w *applied) reconcile(t *testing.T, c *cluster.Cluster, account matrix.Subject) {
	var entries []any
	for _, ref := range w.inventory[account] {
		o := ref.object()
		id := fmt.Sprintf("%s_%s_%s_%s", o.GetNamespace(), o.GetName(), o.GroupVersionKind().Group, o.GetKind())
		entries = append(entries, map[string]any{"id": id, "v": "v1"})
	}
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
		"metadata": map[string]any{"namespace": account.Namespace, "name": "work"},
		"spec": map[string]any{
			"interval": "5m", "prune": true, "serviceAccountName": account.Name, "sourceRef": map[string]any{"kind": "GitRepository", "name": "work"},
		},
		"status": map[string]any{"inventory": map[string]any{"entries": entries}},
	}}
	if err := c.Apply(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	if err := c.ApplyStatus(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// appliedKinds are kinds whose smallest object is valid: the server authorizes the create that an apply
// implies only after it validated the object.
var appliedKinds = []struct {
	group, resource, kind string
	namespaced            bool
}{
	{"", "configmaps", "ConfigMap", true},
	{"", "serviceaccounts", "ServiceAccount", true},
	{"coordination.k8s.io", "leases", "Lease", true},
	{"", "namespaces", "Namespace", false},
	{"scheduling.k8s.io", "priorityclasses", "PriorityClass", false},
}

// objectRef names an object of appliedKinds.
type objectRef struct{ resource, namespace, name string }

func (r objectRef) object() *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: map[string]any{}}
	for _, k := range appliedKinds {
		if k.resource == r.resource {
			o.SetKind(k.kind)
			o.SetAPIVersion(strings.TrimPrefix(k.group+"/v1", "/"))
		}
	}
	o.SetNamespace(r.namespace)
	o.SetName(r.name)
	if r.resource == "priorityclasses" {
		o.Object["value"] = int64(1)
	}
	return o
}
