// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/flux-probe/flux-probe/matrix"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// changeWorld is a cluster with a Kustomization that is about to apply a change.
type changeWorld struct {
	cluster    *cluster.Cluster
	connection *probecluster.Cluster // nil until it is needed
	namespace  string
	account    matrix.Subject
	by         applierKind
	own        []*unstructured.Unstructured // its Namespace, account and rights, and the Kustomization
	live, next []*unstructured.Unstructured
	file       string
	why        func(*testing.T, error) string // the reason of a refusal
}

func newChange(t *testing.T, c *cluster.Cluster, namespace string, x change) *changeWorld {
	t.Helper()
	w := &changeWorld{cluster: c, namespace: namespace, by: cmp.Or(x.by, kustomization), account: matrix.ServiceAccount(namespace, "account"), file: filepath.Join(t.TempDir(), "next.yaml"), why: why}
	decode := func(text string) []*unstructured.Unstructured {
		t.Helper()
		objects, err := cluster.Decode([]byte(strings.ReplaceAll(text, "NS", namespace)))
		if err != nil {
			t.Fatal(err)
		}
		return objects
	}
	w.live, w.next = decode(x.live), decode(x.next)
	if err := os.WriteFile(w.file, []byte(strings.ReplaceAll(x.next, "NS", namespace)), 0o600); err != nil {
		t.Fatal(err)
	}
	setUp := decode(`
apiVersion: v1
kind: Namespace
metadata: {name: NS}
---
apiVersion: v1
kind: ServiceAccount
metadata: {namespace: NS, name: account}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: NS, name: account}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: NS, name: account}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: account}
subjects: [{kind: ServiceAccount, namespace: NS, name: account}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NS-account}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: NS-account}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NS-account}
subjects: [{kind: ServiceAccount, namespace: NS, name: account}]
`)
	setUp[2].Object["rules"], setUp[4].Object["rules"] = rulesOf(x.holds), rulesOf(x.cluster)
	if len(x.cluster) == 0 {
		setUp = setUp[:4]
	}
	var entries []any
	for _, o := range w.live {
		o.SetLabels(w.owned(o.GetLabels()))
		gvk := o.GroupVersionKind()
		entries = append(entries, map[string]any{"id": strings.Join([]string{o.GetNamespace(), o.GetName(), gvk.Group, gvk.Kind}, "_"), "v": gvk.Version})
	}
	work := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": w.by.apiVersion, "kind": w.by.kind, "metadata": map[string]any{"namespace": namespace, "name": "work"},
		"spec": map[string]any{
			"interval": "5m", "prune": true, "serviceAccountName": "account", "sourceRef": map[string]any{"kind": "GitRepository", "name": "work"},
		},
	}}
	w.own = append(setUp, work)
	for _, o := range setUp {
		if err := c.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	err := c.Apply(t.Context(), slices.Concat(w.live, decode(x.foreign), []*unstructured.Unstructured{work})...)
	if err == nil && len(entries) > 0 {
		work.Object["status"] = map[string]any{"inventory": map[string]any{"entries": entries}}
		write := c.ApplyStatus
		if w.by == resourceSet { // its definition of the tests has no status of its own
			write = c.Apply
		}
		err = write(t.Context(), work)
	}
	for _, o := range decode(x.foreign) { // no controller runs that would fill it in
		if err == nil && o.Object["status"] != nil {
			err = c.ApplyStatus(t.Context(), o)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func connected(t *testing.T, c *cluster.Cluster) *probecluster.Cluster {
	t.Helper()
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// end deletes the Kustomization of a change and what its account can do, so that the next change costs no more than this
// one: all that accounts can do is compared.
func (w *changeWorld) end(t *testing.T) {
	t.Helper()
	for _, o := range w.own {
		if o.GetAPIVersion() == "v1" {
			continue
		}
		if err := w.cluster.Client.Delete(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// owned are labels with those of what is applied.
func (w *changeWorld) owned(labels map[string]string) map[string]string {
	all := map[string]string{w.by.owner + "/name": "work", w.by.owner + "/namespace": w.namespace}
	maps.Copy(all, labels)
	return all
}

// rulesOf reads rules as a change has them; . is the core group.
func rulesOf(lines []string) []any {
	rules := []any{}
	list := func(text string) []any {
		var all []any
		for word := range strings.SplitSeq(text, ",") {
			all = append(all, strings.TrimPrefix(word, "."))
		}
		return all
	}
	for _, line := range lines {
		words := strings.Fields(line)
		rule := map[string]any{"apiGroups": list(words[0]), "resources": list(words[1]), "verbs": list(words[2])}
		if len(words) > 3 {
			rule["resourceNames"] = list(words[3])
		}
		rules = append(rules, rule)
	}
	return rules
}

// predict is what preflight says is refused, and why: of the first stage in which something is.
func (w *changeWorld) predict(t *testing.T) map[string]string {
	t.Helper()
	if w.connection == nil {
		w.connection = connected(t, w.cluster)
	}
	report, err := scan.Run(t.Context(), scan.Options{
		Target: scan.Cluster(w.connection, "test"), Focus: w.namespace, Changes: []scan.Change{{Target: w.by.kind + "/work", Paths: []string{w.file}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, o := range slices.Concat(w.live, w.next) {
		kinds[strings.ReplaceAll(strings.ToLower(o.GetKind())+"s", "classs", "classes")] = o.GetKind()
	}
	byStage := map[int]map[string]string{}
	for _, f := range report.Findings {
		if !f.Failed() || f.Severity != matrix.Error {
			continue
		}
		o := f.Origin.Get()
		ref, stage, why := o.String(), stageOf(o.Kind), "missing"
		switch {
		case f.Verdict == matrix.Undetermined:
			t.Errorf("not known: %+v", f)
		case f.Code == "FP428":
			continue // it is about what is allowed then
		case f.Code == "FP422":
			anyOf := f.Check.(*matrix.Asked).AnyOf
			a := anyOf[len(anyOf)-1][0].Access
			if a.Resource == "namespaces" || a.Resource == "priorityclasses" {
				a.Namespace = ""
			}
			ref, stage, why = matrix.Origin{Kind: kinds[a.Resource], Namespace: a.Namespace, Name: a.Name}.String(), 5, a.Verb
		case f.Access != nil:
			why = f.Access.Verb
			if strings.Contains(f.Because, " copies ") {
				stage = 0 // before anything is applied
			}
		case o.Field == "roleRef":
			why = o.Field
		}
		if byStage[stage] == nil {
			byStage[stage] = map[string]string{}
		}
		// The server tells one reason: that of the request that comes first.
		if was := byStage[stage][ref]; was == "" || slices.Index(reasons, why) < slices.Index(reasons, was) {
			byStage[stage][ref] = why
		}
	}
	for stage := range 6 {
		if len(byStage[stage]) > 0 {
			return byStage[stage]
		}
	}
	return map[string]string{}
}

// reasons are in the order in which an API server tells them: it judges what a role grants before the creation that an
// apply implies.
var reasons = []string{"get", "patch", "escalate", "bind", "create", "delete", "roleRef", "missing"}
