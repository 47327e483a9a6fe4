// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestAdmissionEqualsRealApplies asks admission about changes by dry-runs, and then really applies them as the account, in
// the order in which Flux does: the same objects have to be refused, by the same guard.
func TestAdmissionEqualsRealApplies(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Flags: map[string][]string{
		"enable-admission-plugins": {"OwnerReferencesPermissionEnforcement"},
	}})
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	guard(t, c)
	for i, test := range guarded {
		t.Run(test.name, func(t *testing.T) {
			test.holds = append(test.holds, ". configmaps,services,pods,resourcequotas get,patch,create,update,delete", "apps deployments get,patch,create,update,delete")
			terminating := test.foreign == "TERMINATING"
			if terminating {
				test.foreign = ""
			}
			w := newChange(t, c, fmt.Sprintf("guarded-%d", i), test)
			w.why = guardOf
			if terminating {
				namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
				if err := c.Client.Delete(t.Context(), namespace); err != nil {
					t.Fatal(err)
				}
			}
			predicted, unsent := w.admission(t)
			if diff := cmp.Diff(test.unsent, unsent); diff != "" {
				t.Errorf("what cannot be told from what is sent (-want +got):\n%s", diff)
			}
			really := w.apply(t)
			if diff := cmp.Diff(really, predicted); diff != "" {
				t.Errorf("what is refused (-really +predicted):\n%s", diff)
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

// admission is what dry-runs say is refused, and by which guard, and what was refused without all of its content.
func (w *changeWorld) admission(t *testing.T) (refused map[string]string, unsent []string) {
	t.Helper()
	connection, err := probecluster.Open(w.cluster.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	report, err := scan.Run(t.Context(), scan.Options{
		Target: scan.Cluster(connection, "test"), Focus: w.namespace, Admission: true,
		Changes: []scan.Change{{Target: "kustomization/work", Paths: []string{w.file}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	refused = map[string]string{}
	for _, f := range report.Findings {
		if f.Code != "FP411" || !f.Failed() || f.Severity != matrix.Error {
			if f.Failed() && f.Severity == matrix.Error && f.Code != "FP412" {
				t.Errorf("%s: %s", line(f), f.Observed)
			}
			continue
		}
		t.Logf("%s %s: %s", f.Code, f.Verdict, f.Observed)
		if f.Verdict == matrix.Undetermined && strings.Contains(f.Observed, "is not sent") {
			unsent = append(unsent, strings.ReplaceAll(w.refOf(f), w.namespace, "NS"))
			continue
		}
		refused[w.refOf(f)] = guardOf(t, fmt.Errorf("%s", f.Observed))
	}
	for _, gap := range report.NotAsked {
		if gap.Section == "admission" {
			t.Logf("not asked: %s: %s", gap.What, gap.Why)
		}
	}
	return refused, unsent
}

// refOf names the object that a finding of a dry-run is about.
func (w *changeWorld) refOf(f probe.Finding) string {
	kinds := map[string]string{"configmaps": "ConfigMap", "services": "Service", "pods": "Pod", "deployments": "Deployment", "secrets": "Secret"}
	if f.Access == nil {
		o := f.Origin.Get()
		return o.String()
	}
	return matrix.Origin{Kind: kinds[f.Access.Resource], Namespace: f.Access.Namespace, Name: f.Access.Name}.String()
}

// guardOf is the guard of a refusal, by the words of the API server and of flux-probe alike.
func guardOf(t *testing.T, err error) string {
	t.Helper()
	text := err.Error()
	for _, guard := range []struct{ words, name string }{
		{"does not support dry run", "no dry-run"},
		{"ailed calling webhook", "webhook down"}, {"could not be called", "webhook down"},
		{"no-forbidden", "ValidatingAdmissionPolicy"},
		{"no-deletion", "ValidatingAdmissionPolicy on deletion"},
		{"require-team", "Gatekeeper"},
		{"disallow-latest", "Kyverno"},
		{"other.example.com", "webhook"},
		{"PodSecurity", "PodSecurity"},
		{"few-configmaps", "ResourceQuota"},
		{"maximum cpu usage per Container", "LimitRange"},
		{"being terminated", "namespace"}, {"being deleted", "namespace"}, {"terminating", "namespace"},
		{"blockOwnerDeletion", "OwnerReferences"},
		{"immutable", "immutable"},
		{"is invalid", "validation"}, {"Invalid value", "validation"},
	} {
		if strings.Contains(text, guard.words) {
			return guard.name
		}
	}
	t.Errorf("a refusal that is not known: %s", text)
	return text
}

// guarded are the changes. What they are refused by is told by labels and annotations; see guard.
var guarded = []change{
	{name: "nothing is refused", live: configMap("old"), next: configMap("new") + pod("works", "{runAsNonRoot: true}", "100m")},
	{
		name: "a ValidatingAdmissionPolicy", next: configMap("good") + labelled("bad", "forbidden: 'yes'"),
		want: []string{"ConfigMap NS/bad: ValidatingAdmissionPolicy"},
	},
	{
		name: "a MutatingAdmissionPolicy, and what it makes of the object", next: configMap("good") + labelled("mutated", "mutate: 'yes'"),
		want: []string{"ConfigMap NS/mutated: ValidatingAdmissionPolicy"},
	},
	{
		name: "a ValidatingAdmissionPolicy on deletion", live: configMap("good") + labelled("kept", "undeletable: 'yes'"), next: configMap("next"),
		want: []string{"ConfigMap NS/kept: ValidatingAdmissionPolicy on deletion"},
	},
	{name: "a policy that warns", next: labelled("warned", "warned: 'yes'")},
	{name: "Gatekeeper", next: configMap("good") + labelled("bad", "guard: gatekeeper"), want: []string{"ConfigMap NS/bad: Gatekeeper"}},
	{name: "Kyverno", next: configMap("good") + labelled("bad", "guard: kyverno"), want: []string{"ConfigMap NS/bad: Kyverno"}},
	{name: "another webhook", next: configMap("good") + labelled("bad", "guard: other"), want: []string{"ConfigMap NS/bad: webhook"}},
	{name: "a webhook without dry-run", next: configMap("good") + labelled("bad", "guard: real"), want: []string{"ConfigMap NS/bad: no dry-run"}},
	{name: "a webhook that is down", next: configMap("good") + labelled("bad", "guard: down"), want: []string{"ConfigMap NS/bad: webhook down"}},
	{
		name: "PodSecurity refuses a Pod", foreign: restricted, next: pod("bad", "{}", "100m"),
		want: []string{"Pod NS/bad: PodSecurity"},
	},
	{
		name: "ResourceQuota", foreign: "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {namespace: NS, name: few-configmaps}\nspec: {hard: {count/configmaps: 0}}\nstatus: {hard: {count/configmaps: 0}, used: {count/configmaps: 0}}\n",
		next: configMap("many"), want: []string{"ConfigMap NS/many: ResourceQuota"},
	},
	{
		name: "LimitRange", foreign: "---\napiVersion: v1\nkind: LimitRange\nmetadata: {namespace: NS, name: small}\nspec: {limits: [{type: Container, max: {cpu: 200m}}]}\n",
		next: pod("large", "{}", "500m"), want: []string{"Pod NS/large: LimitRange"},
	},
	{name: "validation", next: configMap("good") + service("bad", "port: 0"), want: []string{"Service NS/bad: validation"}},
	{
		name: "a field that cannot be changed", live: configMap("good") + "immutable: true\ndata: {a: old}\n", next: configMap("good") + "data: {a: new}\n",
		want: []string{"ConfigMap NS/good: immutable"},
	},
	{
		name: "a selector that cannot be changed", live: deployment("web", "old"), next: deployment("web", "new"),
		want: []string{"Deployment NS/web: immutable"},
	},
	{
		name: "an owner reference", live: configMap("owner"),
		next: configMap("owner") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: NS, name: owned, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: 00000000-0000-0000-0000-000000000000, blockOwnerDeletion: true}]}\n",
		want: []string{"ConfigMap NS/owned: OwnerReferences"},
	},
	{name: "a namespace that is being deleted", foreign: "TERMINATING", next: configMap("late"), want: []string{"ConfigMap NS/late: namespace"}},
	{name: "a Secret", holds: []string{". secrets get,patch,create"}, next: "---\napiVersion: v1\nkind: Secret\nmetadata: {namespace: NS, name: token}\nstringData: {a: b}\n"},
	{
		name: "a Secret with the label that a policy wants", holds: []string{". secrets get,patch,create"},
		next: "---\napiVersion: v1\nkind: Secret\nmetadata: {namespace: NS, name: labelled, labels: {team: web}}\nstringData: {a: b}\n",
	},
	{
		name: "a Secret with the content that a policy wants", holds: []string{". secrets get,patch,create"}, unsent: []string{"Secret NS/filled"},
		next: "---\napiVersion: v1\nkind: Secret\nmetadata: {namespace: NS, name: filled}\nstringData: {a: b}\n",
	},
	{
		name: "several at once", next: labelled("one", "forbidden: 'yes'") + labelled("two", "guard: kyverno") + labelled("three", "guard: gatekeeper") + configMap("four"),
		want: []string{"ConfigMap NS/one: ValidatingAdmissionPolicy", "ConfigMap NS/three: Gatekeeper", "ConfigMap NS/two: Kyverno"},
	},
	{name: "a Deployment and a Service", next: deployment("web", "web") + service("web", "port: 80")},
}

const restricted = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS, labels: {pod-security.kubernetes.io/enforce: restricted}}\n"

func labelled(name, label string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: NS, labels: {" + label + "}}\n"
}

func pod(name, security, cpu string) string {
	return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: NS}\nspec:\n  serviceAccountName: account\n  securityContext: " + security +
		"\n  containers: [{name: web, image: web:v1, resources: {limits: {cpu: " + cpu + "}}}]\n"
}

func service(name, port string) string {
	return "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: NS}\nspec: {selector: {app: web}, ports: [{" + port + "}]}\n"
}

func deployment(name, app string) string {
	return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", namespace: NS}\nspec:\n  selector: {matchLabels: {app: " + app +
		"}}\n  template: {metadata: {labels: {app: " + app + "}}, spec: {containers: [{name: web, image: web:v1}]}}\n"
}
