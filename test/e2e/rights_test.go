// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// aTenant is what a run in one namespace asks about, and a webhook whose Service is looked up.
const aTenant = `apiVersion: v1
kind: Namespace
metadata: {name: apps}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: dev, namespace: apps}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: dev, namespace: apps}
spec: {interval: 5m, prune: true, path: ./, serviceAccountName: dev, sourceRef: {kind: GitRepository, name: dev}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: {service: {namespace: guard, name: guard}}
  rules: [{apiGroups: [example.com], apiVersions: ["*"], resources: ["*"], operations: [CREATE]}]
`

// operated is a kind of flux-operator, which no Flux installs.
const operated = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: resourcesets.fluxcd.controlplane.io}
spec:
  group: fluxcd.controlplane.io
  names: {kind: ResourceSet, listKind: ResourceSetList, plural: resourcesets, singular: resourceset}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`

func resourceSets() *unstructured.UnstructuredList {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(schema.GroupVersionKind{Group: "fluxcd.controlplane.io", Version: "v1", Kind: "ResourceSetList"})
	return list
}

// testRights gives callers who hold nothing else what flux-probe rbac prints, and compares it with what the
// audit log says that they used: no right is unused, and none is missing.
func testRights(t *testing.T, c *cluster.Cluster, admin string) {
	apply(t, c, operated)
	if err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, 10*time.Second, true, func(ctx context.Context) (bool, error) {
		return c.Client.List(ctx, resourceSets()) == nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	apply(t, c, aTenant)
	t.Run("cluster", func(t *testing.T) {
		as := granted(t, c, "prober", "rbac", "User:prober")
		status, got, stderr := fluxProbe(t, "--kubeconfig", as, "-o", "table")
		wantStatus, want, _ := fluxProbe(t, "--kubeconfig", admin, "-o", "table")
		_, got, _ = strings.Cut(got, "\n")
		_, want, _ = strings.Cut(want, "\n")
		if status != wantStatus || got != want {
			t.Errorf("exit status %d, %s\n%s\nas an admin, %d:\n%s", status, stderr, got, wantStatus, want)
		}
		config, err := clientcmd.BuildConfigFromFlags("", as)
		if err != nil {
			t.Fatal(err)
		}
		watching(t, config)
		compareRights(t, c, "prober", rightsOf(t, "rbac"), func(request) bool { return false })
	})
	t.Run("namespace", func(t *testing.T) {
		as := granted(t, c, "inside", "rbac", "-n", "apps", "User:inside")
		if status, out, stderr := fluxProbe(t, "--kubeconfig", as, "-n", "apps", "-o", "table"); status != 3 || stderr != "" || strings.Contains(out, " 0 reviews asked") {
			t.Errorf("exit status %d, %s\n%s", status, stderr, out)
		}
		compareRights(t, c, "inside", rightsOf(t, "rbac", "-n", "apps"), func(r request) bool {
			return r.Namespace == "" // of the whole cluster, which is tried first
		})
	})
}

// request is what the audit log says about one request.
type request struct{ Verb, APIGroup, Resource, Namespace, Name, Decision, Reason string }

// compareRights waits until the audit log shows that each right was used: watches begin in their own time.
func compareRights(t *testing.T, c *cluster.Cluster, user string, want []request, refused func(request) bool) {
	t.Helper()
	var unused []request
	var log []request
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		log = requestsOf(t, c.AuditLog, user)
		unused = slices.DeleteFunc(slices.Clone(want), func(right request) bool { return slices.ContainsFunc(log, right.usedBy) })
		if len(unused) == 0 || time.Now().After(deadline) {
			break
		}
	}
	for _, right := range unused {
		t.Errorf("unused: %+v", right)
	}
	for _, r := range log {
		if r.Decision != "allow" && !refused(r) {
			t.Errorf("missing: %+v", r)
		}
	}
}

// usedBy tells whether a request was allowed by the role of a right.
func (right request) usedBy(r request) bool {
	return r.Decision == "allow" && strings.Contains(r.Reason, `Role "flux-probe" to User`) && r.Verb == right.Verb && r.APIGroup == right.APIGroup &&
		(right.Resource == "*" || r.Resource == right.Resource) && (right.Name == "" || r.Name == right.Name) && (right.Namespace == "" || r.Namespace == right.Namespace)
}

// requestsOf are the requests of a user in the audit log.
func requestsOf(t *testing.T, log, user string) []request {
	t.Helper()
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var all []request
	for decoder := json.NewDecoder(bytes.NewReader(content)); ; {
		var event struct {
			Verb        string
			User        struct{ Username string }
			ObjectRef   request
			Annotations map[string]string
		}
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if event.User.Username == user && event.Annotations["authorization.k8s.io/decision"] != "" {
			r := event.ObjectRef
			r.Verb, r.Decision, r.Reason = event.Verb, event.Annotations["authorization.k8s.io/decision"], event.Annotations["authorization.k8s.io/reason"]
			all = append(all, r)
		}
	}
}

// granted gives a user what the command prints, and returns the user's kubeconfig.
func granted(t *testing.T, c *cluster.Cluster, user string, command ...string) string {
	t.Helper()
	status, out, stderr := fluxProbe(t, command...)
	if status != 0 {
		t.Fatalf("exit status %d, %s", status, stderr)
	}
	apply(t, c, out)
	file := filepath.Join(t.TempDir(), user)
	if err := c.UserKubeconfig(file, user); err != nil {
		t.Fatal(err)
	}
	return file
}

func apply(t *testing.T, c *cluster.Cluster, manifest string) {
	t.Helper()
	objects, err := cluster.Decode([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
}

// rightsOf are the single rights of the roles that the command prints.
func rightsOf(t *testing.T, command ...string) []request {
	t.Helper()
	_, out, _ := fluxProbe(t, command...)
	objects, err := cluster.Decode([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	var all []request
	for _, object := range objects {
		var role rbacv1.Role
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &role); err != nil {
			t.Fatal(err)
		}
		for _, rule := range role.Rules {
			for _, right := range single(rule) {
				right.Namespace = role.Namespace
				all = append(all, right)
			}
		}
	}
	return all
}

func single(rule rbacv1.PolicyRule) (all []request) {
	for _, verb := range rule.Verbs {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				all = append(all, request{Verb: verb, APIGroup: group, Resource: resource, Name: strings.Join(rule.ResourceNames, "")})
			}
		}
	}
	return all
}
