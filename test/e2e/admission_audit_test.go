// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// inventoried is a Kustomization with an inventory: an object that a policy refuses, one that it does not, a Secret, and
// one that is gone.
const inventoried = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: apps, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: apps, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: apps, namespace: default}]
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: default}
stringData: {token: unreadable}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: good, namespace: default, labels: {kustomize.toolkit.fluxcd.io/name: web, kustomize.toolkit.fluxcd.io/namespace: default}}
data: {a: unreadable}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bad, namespace: default, labels: {forbidden: 'yes'}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: default}
spec: {interval: 5m, prune: true, serviceAccountName: apps, sourceRef: {kind: GitRepository, name: web}}
status: {inventory: {entries: [{id: default_good__ConfigMap, v: v1}, {id: default_bad__ConfigMap, v: v1}, {id: default_token__Secret, v: v1}, {id: default_gone__ConfigMap, v: v1}, {id: default_lost__Secret, v: v1}]}}
`

func applyInventoried(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	objects, err := cluster.Decode([]byte(inventoried))
	if err == nil {
		err = c.Apply(t.Context(), objects...)
	}
	if err == nil {
		err = c.ApplyStatus(t.Context(), objects[len(objects)-1])
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAdmissionSendsDryRunsOnly reads in the API server's own words what --admission did: it read, created access reviews
// and sent dry-runs as the account; no Secret was read, and everything is as it was.
func TestAdmissionSendsDryRunsOnly(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{AuditPolicy: auditPolicy})
	admin := fluxed(t, c)
	applyInventoried(t, c)
	guard(t, c) // the policy comes after the object that it refuses
	next := filepath.Join(t.TempDir(), "next.yaml")
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: next, namespace: default, labels: {forbidden: 'yes'}}\n---\n" +
		"apiVersion: v1\nkind: Secret\nmetadata: {name: next, namespace: default}\nstringData: {token: unreadable}\n"
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, run := range []struct {
		name     string
		args     []string
		want     []string // the dry-runs
		contains []string
	}{
		{
			"what is there", []string{"--admission", "--only", "admission", "-n", "default"},
			[]string{"patch configmaps bad", "patch configmaps good", "patch secrets lost", "patch secrets token"},
			[]string{"ValidatingAdmissionPolicy no-forbidden", "bad", "do not exist any more: 2"},
		},
		{
			"a change", []string{"preflight", "kustomization/web", "-n", "default", "-f", next, "--admission"},
			[]string{"delete configmaps good", "patch configmaps next", "patch secrets next"},
			[]string{"ValidatingAdmissionPolicy no-forbidden", "next.yaml:1"},
		},
	} {
		t.Run(run.name, func(t *testing.T) {
			versions := resourceVersions(t, c)
			before := len(audited(t, c.AuditLog))
			status, out, stderr := fluxProbe(t, append(run.args, "-o", "wide", "--kubeconfig", admin)...)
			t.Log(out)
			if status != 1 {
				t.Errorf("exit status %d\n%s", status, stderr)
			}
			for _, words := range run.contains {
				if !strings.Contains(out, words) {
					t.Errorf("the report lacks %q", words)
				}
			}
			if strings.Contains(out+stderr, "unreadable") {
				t.Error("the content of an object is printed")
			}
			var tried []string
			for _, e := range audited(t, c.AuditLog)[before:] {
				dry := strings.Contains(e.RequestURI, "dryRun=All") || e.Verb == "delete" // a deletion has it in its body, which the versions prove
				switch {
				case dry && (e.Verb == "patch" || e.Verb == "delete"):
					tried = append(tried, e.Verb+" "+e.ObjectRef.Resource+" "+e.ObjectRef.Name)
					if e.ImpersonatedUser.Username != "system:serviceaccount:default:apps" {
						t.Errorf("%s is sent as %q", e.RequestURI, e.ImpersonatedUser.Username)
					}
				case e.Verb == "create" && strings.HasSuffix(e.ObjectRef.Resource, "reviews"):
				case e.Verb != "get" && e.Verb != "list", e.ObjectRef.Resource == "secrets":
					t.Errorf("%s %s", e.Verb, e.RequestURI)
				}
			}
			slices.Sort(tried)
			if diff := cmp.Diff(run.want, tried); diff != "" {
				t.Errorf("dry-runs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(versions, resourceVersions(t, c)); diff != "" {
				t.Errorf("something was changed (-before +after):\n%s", diff)
			}
		})
	}
}

// audited are the requests of flux-probe that are complete.
func audited(t *testing.T, file string) []auditEvent {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []auditEvent
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var e auditEvent
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.UserAgent, "flux-probe/") {
			all = append(all, e)
		}
	}
	return all
}

// auditEvent is what is read of a record.
type auditEvent struct {
	Verb, RequestURI, UserAgent string
	ImpersonatedUser            struct{ Username string }
	ObjectRef                   struct{ Resource, Name string }
}

// resourceVersions are those of all objects, by their paths, but of what the API server itself keeps up to date.
func resourceVersions(t *testing.T, c *cluster.Cluster) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, kind := range []string{"v1/ConfigMap", "v1/Secret", "v1/ServiceAccount", "v1/Namespace", "v1/ResourceQuota", "apps/v1/Deployment",
		"rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRole",
		"rbac.authorization.k8s.io/v1/ClusterRoleBinding", "kustomize.toolkit.fluxcd.io/v1/Kustomization",
		"admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy", "apiextensions.k8s.io/v1/CustomResourceDefinition"} {
		at := strings.LastIndex(kind, "/")
		list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: kind[:at], Kind: kind[at+1:] + "List"}}
		if err := c.Client.List(t.Context(), list, &client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, o := range list.Items {
			versions[kind+" "+o.Namespace+"/"+o.Name] = o.ResourceVersion
		}
	}
	maps.DeleteFunc(versions, func(key, _ string) bool {
		return strings.HasSuffix(key, "kube-system/extension-apiserver-authentication")
	})
	return versions
}

// TestAdmissionTimesOut has a webhook that does not answer: --timeout ends the run, and what was not tried is undetermined.
func TestAdmissionTimesOut(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	admin := fluxed(t, c)
	applyInventoried(t, c)
	guard(t, c)
	next := filepath.Join(t.TempDir(), "next.yaml")
	text := strings.ReplaceAll(configMap("first")+labelled("slow", "guard: slow")+configMap("second"), "NS", "default")
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := fluxProbe(t, "preflight", "kustomization/web", "-n", "default", "-f", next, "--admission", "--timeout", "4s", "-o", "json", "--kubeconfig", admin)
	var report probe.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 3 || !report.TimedOut || report.Interrupted {
		t.Fatalf("exit status %d, want 3; timed out: %v; %v\n%s", status, report.TimedOut, err, stderr)
	}
	verdicts := map[string]matrix.Verdict{}
	for _, f := range report.Findings {
		if f.Code == "FP411" {
			verdicts[f.Access.Verb+" "+f.Access.Name] = f.Verdict
		}
	}
	want := map[string]matrix.Verdict{
		"patch first": matrix.Pass, "patch slow": matrix.Undetermined, "patch second": matrix.Undetermined, "delete good": matrix.Undetermined,
	}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
