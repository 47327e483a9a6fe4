// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	admissionapi "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestGuardsOfTheServer has each guard of a real API server refuse an apply that is tried as Flux tries it, and reads
// what the server says. Kyverno and Gatekeeper are webhooks that speak in their words.
func TestGuardsOfTheServer(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Flags: map[string][]string{"enable-admission-plugins": {"OwnerReferencesPermissionEnforcement"}}})
	hook := httptest.NewTLSServer(http.HandlerFunc(refuse))
	t.Cleanup(hook.Close)
	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hook.Certificate().Raw}))
	text, err := os.ReadFile("testdata/guards.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode([]byte(strings.NewReplacer("SERVER", hook.URL, "CERTIFICATE", ca).Replace(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.GetKind() == "ResourceQuota" { // no controller counts here
			if err := c.ApplyStatus(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
	}
	config := rest.CopyConfig(c.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:apps:dev"}
	tenant, err := client.New(config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		object string
		want   []refusal.Guard // of which Says is the beginning
	}{
		"a policy":          {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: policy}}}`, []refusal.Guard{{Kind: refusal.ValidatingAdmissionPolicy, Name: "require-team", Part: "everywhere", Says: "the label team is missing"}}},
		"a mutating policy": {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: mutation}}}`, []refusal.Guard{{Kind: refusal.MutatingAdmissionPolicy, Name: "broken", Part: "everywhere", Says: ""}}},
		"Gatekeeper": {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: gatekeeper}}}`, []refusal.Guard{
			{Kind: refusal.Gatekeeper, Name: "no-root", Says: "runAsNonRoot is required"}, {Kind: refusal.Gatekeeper, Name: "labels", Says: `you must provide labels: {"team"}`}}},
		"Kyverno": {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: kyverno}}}`, []refusal.Guard{
			{Kind: refusal.Kyverno, Name: "disallow-latest", Part: "require-tag", Says: "validation error: An image tag is required."}}},
		"a silent webhook":       {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: silent}}}`, []refusal.Guard{{Kind: refusal.Webhook, Name: "silent.example.com", Says: "without explanation"}}},
		"a webhook that is down": {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, labels: {guard: down}}}`, []refusal.Guard{{Kind: refusal.WebhookFailed, Name: "down.example.com", Says: "Post "}}},
		"PodSecurity":            {`{apiVersion: v1, kind: Pod, metadata: {name: x, namespace: secure}, spec: {automountServiceAccountToken: false, hostNetwork: true, containers: [{name: x, image: x}]}}`, []refusal.Guard{{Kind: refusal.PodSecurity, Name: "baseline:latest", Says: "host namespaces (hostNetwork=true)"}}},
		"a quota":                {`{apiVersion: v1, kind: Service, metadata: {name: x, namespace: apps}, spec: {ports: [{port: 80}]}}`, []refusal.Guard{{Kind: refusal.ResourceQuota, Name: "small", Says: "exceeded quota: small, requested: services=1, used: services=0, limited: services=0"}}},
		"a LimitRange":           {`{apiVersion: v1, kind: Pod, metadata: {name: x, namespace: apps}, spec: {automountServiceAccountToken: false, containers: [{name: x, image: x, resources: {limits: {cpu: "2", memory: 2Gi}}}]}}`, []refusal.Guard{{Kind: refusal.LimitRange, Says: "maximum "}}},
		"no namespace":           {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: nowhere}}`, []refusal.Guard{{Kind: refusal.Namespace, Name: "nowhere", Says: `namespaces "nowhere" not found`}}},
		"an owner":               {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: "1", blockOwnerDeletion: true}]}}`, []refusal.Guard{{Kind: refusal.OwnerReferences, Says: "cannot set blockOwnerDeletion"}}},
		"validation":             {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps}, data: {"a b": c}}`, []refusal.Guard{{Kind: refusal.Validation, Says: `data[a b]: Invalid value: "a b"`}}},
		"a field of no schema":   {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: apps}, spec: {}}`, []refusal.Guard{{Kind: refusal.Validation, Says: "failed to create typed patch object (apps/x; /v1, Kind=ConfigMap)"}}},
		"an immutable field":     {`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: apps}, spec: {selector: {matchLabels: {app: other}}, template: {metadata: {labels: {app: other}}, spec: {containers: [{name: x, image: x}]}}}}`, []refusal.Guard{{Kind: refusal.Immutable, Says: "spec.selector: Invalid value"}}},
		"a roleRef":              {`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: dev, namespace: apps}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}`, []refusal.Guard{{Kind: refusal.Immutable, Says: "roleRef: Invalid value"}}},
		"RBAC":                   {`{apiVersion: v1, kind: Node, metadata: {name: x}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			decoded, err := cluster.Decode([]byte(tc.object))
			if err != nil {
				t.Fatal(err)
			}
			try := func() error {
				return tenant.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(decoded[0].DeepCopy()), client.ForceOwnership, client.FieldOwner("kustomize-controller"), client.DryRunAll)
			}
			refused := try()
			for ctx, cancel := context.WithTimeout(t.Context(), time.Minute); ; { // until the server has seen the guard
				if said := sayOf(refused); len(refusal.Guards(said)) == len(tc.want) && said != "" || ctx.Err() != nil {
					cancel()
					break
				}
				time.Sleep(100 * time.Millisecond)
				refused = try()
			}
			for _, said := range []string{sayOf(refused), decoded[0].GetKind() + "/apps/x dry-run failed (Forbidden): " + sayOf(refused)} {
				got := refusal.Guards(said)
				if len(got) != len(tc.want) || said == "" {
					t.Fatalf("%q has %+v, want %+v", said, got, tc.want)
				}
				for i, g := range got {
					want := tc.want[i]
					if g.Kind != want.Kind || g.Name != want.Name || g.Part != want.Part || !strings.HasPrefix(g.Says, want.Says) || g.Says == "" {
						t.Errorf("%q has %+v, want %+v", said, g, want)
					}
				}
			}
		})
	}
}

// sayOf is what the server said.
func sayOf(err error) string {
	var status interface{ Status() metav1.Status }
	if errors.As(err, &status) {
		return status.Status().Message
	}
	return ""
}

// refuse refuses what it is asked about, in the words of the guard that its path names.
func refuse(rw http.ResponseWriter, r *http.Request) {
	var review admissionapi.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
		http.Error(rw, "no review", http.StatusBadRequest)
		return
	}
	status := map[string]metav1.Status{
		"/gatekeeper": {Code: http.StatusForbidden, Message: "[no-root] runAsNonRoot is required\n[labels] you must provide labels: {\"team\"}"},
		"/kyverno": {Code: http.StatusBadRequest, Message: "\n\nresource ConfigMap/apps/x was blocked due to the following policies \n\n" +
			"disallow-latest:\n  require-tag: 'validation error: An image tag is required. rule require-tag failed\n    at path /data/'\n"},
	}[r.URL.Path]
	review.Response = &admissionapi.AdmissionResponse{UID: review.Request.UID, Result: &status}
	review.Request = nil
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(review) // the API server says what it did not get
}
