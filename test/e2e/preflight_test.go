// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/flux-probe/flux-probe/matrix"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightEqualsRealApplies predicts what becomes of some changes, and then really applies them as the account, in
// the order in which Flux does: the same objects have to be refused, for the same reason.
func TestPreflightEqualsRealApplies(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, test := range changes {
		t.Run(test.name, func(t *testing.T) {
			w := newChange(t, c, fmt.Sprintf("change-%d", i), test)
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

// TestPreflightEqualsRandomApplies does the same with random permissions and random changes.
func TestPreflightEqualsRandomApplies(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	refused := 0
	for i := range 120 {
		x := randomChange(random)
		w := newChange(t, c, fmt.Sprintf("random-%d", i), x)
		predicted, really := w.predict(t), w.apply(t)
		for ref, why := range predicted {
			// What an account can do in a namespace that is not there is not asked: nothing can be granted there yet.
			if why == "missing" && really[ref] != "" {
				really[ref] = why
			}
		}
		if diff := cmp.Diff(predicted, really); diff != "" {
			t.Errorf("%+v: what is refused (-predicted +really):\n%s", x, diff)
		}
		if len(really) > 0 {
			refused++
		}
	}
	t.Logf("%d of 120 changes refused", refused)
	if refused < 20 || refused > 115 {
		t.Errorf("%d of 120 changes were refused: the test proves little", refused)
	}
}

// randomChange makes a change of objects that were applied before and objects that are new.
func randomChange(random *rand.Rand) change {
	var x change
	for range 1 + random.IntN(4) {
		rule := pick(random, []string{
			". configmaps,serviceaccounts,namespaces", ". configmaps", ". configmaps,serviceaccounts,pods,secrets", "* *", "rbac.authorization.k8s.io roles,rolebindings", "rbac.authorization.k8s.io clusterroles", "* *", "scheduling.k8s.io priorityclasses",
		})
		verbs := pick(random, []string{"get,patch,create,delete", "get,patch,create", "get,patch", "*", "patch,create,bind", "patch,create,escalate,bind", "get,delete"})
		name := pick(random, []string{"", "", "", " alpha", " NS-alpha,alpha"})
		if random.IntN(3) == 0 {
			x.cluster = append(x.cluster, rule+" "+verbs+name)
		} else {
			x.holds = append(x.holds, rule+" "+verbs+name)
		}
	}
	roles := []string{"pods", "configmaps", "secrets"}
	objects := []func(name string) string{
		configMap, configMap,
		func(name string) string {
			return strings.ReplaceAll(configMap(name), "kind: ConfigMap", "kind: ServiceAccount")
		},
		func(name string) string { return role(name, pick(random, roles)) },
		func(name string) string { return binding(name, "Role", pick(random, objectNames)) },
		func(name string) string {
			return binding(name, "ClusterRole", pick(random, []string{"NS-alpha", "view"}))
		},
		func(name string) string {
			return strings.Replace(role("NS-"+name, pick(random, roles)), "kind: Role\nmetadata: {namespace: NS,", "kind: ClusterRole\nmetadata: {", 1)
		},
		func(name string) string {
			return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS-" + name + "}\n"
		},
		func(name string) string {
			return strings.Replace(configMap(name), "namespace: NS", "namespace: NS-alpha", 1)
		},
		func(name string) string {
			return "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: NS-" + name + "}\nvalue: 1\n"
		},
	}
	live, next := map[string]string{}, map[string]string{}
	for range 1 + random.IntN(6) {
		kind, name := random.IntN(len(objects)), pick(random, objectNames)
		key, made := fmt.Sprintf("%d %s", min(kind, 5)+max(0, kind-5)*10, name), objects[kind](name)
		if kind == 5 {
			key = "4 " + name // both are RoleBindings
		}
		there := kind != 8 && random.IntN(2) == 0 // nothing is in a namespace that is not there
		if there {
			live[key] = made
		}
		switch random.IntN(4) {
		case 0: // dropped, or never there
		case 1:
			next[key] = objects[kind](name) // perhaps another
		default:
			next[key] = made
		}
	}
	if len(next) == 0 {
		next["0"] = configMap("alpha")
	}
	for _, key := range slices.Sorted(maps.Keys(live)) {
		x.live += live[key]
	}
	for _, key := range slices.Sorted(maps.Keys(next)) {
		x.next += next[key]
	}
	return x
}

// change is something that an account is about to apply, as YAML in which NS is its namespace.
type change struct {
	name    string
	holds   []string // rules in its namespace: group,group resource,resource verb,verb [name]
	cluster []string // rules in the whole cluster
	live    string   // what the Kustomization applied before, which is its inventory
	next    string
	want    []string // what is refused, and why
}

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

// changeWorld is a cluster with a Kustomization that is about to apply a change.
type changeWorld struct {
	cluster    *cluster.Cluster
	namespace  string
	account    matrix.Subject
	live, next []*unstructured.Unstructured
	file       string
}

func newChange(t *testing.T, c *cluster.Cluster, namespace string, x change) *changeWorld {
	t.Helper()
	w := &changeWorld{cluster: c, namespace: namespace, account: matrix.ServiceAccount(namespace, "account"), file: filepath.Join(t.TempDir(), "next.yaml")}
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
	var entries []any
	for _, o := range w.live {
		labels := maps.Clone(o.GetLabels())
		if labels == nil {
			labels = map[string]string{}
		}
		labels["kustomize.toolkit.fluxcd.io/name"], labels["kustomize.toolkit.fluxcd.io/namespace"] = "work", namespace
		o.SetLabels(labels)
		gvk := o.GroupVersionKind()
		entries = append(entries, map[string]any{"id": strings.Join([]string{o.GetNamespace(), o.GetName(), gvk.Group, gvk.Kind}, "_"), "v": gvk.Version})
	}
	work := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": map[string]any{"namespace": namespace, "name": "work"},
		"spec": map[string]any{
			"interval": "5m", "prune": true, "serviceAccountName": "account", "sourceRef": map[string]any{"kind": "GitRepository", "name": "work"},
		},
	}}
	err := c.Apply(t.Context(), slices.Concat(setUp, w.live, []*unstructured.Unstructured{work})...)
	if err == nil && len(entries) > 0 {
		work.Object["status"] = map[string]any{"inventory": map[string]any{"entries": entries}}
		err = c.ApplyStatus(t.Context(), work)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
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
	connection, err := probecluster.Open(w.cluster.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	report, err := scan.Run(t.Context(), scan.Options{
		Target: scan.Cluster(connection, "test"), Focus: w.namespace, Changes: []scan.Change{{Target: "kustomization/work", Paths: []string{w.file}}},
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
	for stage := 1; stage <= 5; stage++ {
		if len(byStage[stage]) > 0 {
			return byStage[stage]
		}
	}
	return map[string]string{}
}

// reasons are in the order in which an API server tells them: it judges what a role grants before the creation that an
// apply implies.
var reasons = []string{"get", "patch", "escalate", "bind", "create", "delete", "roleRef", "missing"}
