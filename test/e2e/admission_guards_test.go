// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// guard installs the guards that changes meet: policies of the API server, and webhooks on loopback that answer as others
// do. An object says by its labels which of them refuses it.
func guard(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	answers := map[string]string{
		// In the words of Gatekeeper 3.20 and Kyverno 1.15.
		"gatekeeper": `{"code":403,"message":"[require-team] you must provide labels: {\"team\"}"}`,
		"kyverno":    `{"code":400,"message":"\n\nresource ConfigMap/NS/NAME was blocked due to the following policies \n\ndisallow-latest:\n  require-tag: 'validation error: an image tag is required. rule require-tag failed at path /data/'\n"}`,
		"other":      `{"code":422,"message":"no"}`,
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review struct {
			Request struct{ UID string }
		}
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			t.Error(err)
		}
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
			return
		}
		answer := `"allowed":true`
		if status := answers[strings.TrimPrefix(r.URL.Path, "/")]; status != "" {
			answer = `"allowed":false,"status":` + status
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":%q,%s}}`, review.Request.UID, answer)
	}))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	gone := httptest.NewTLSServer(http.NotFoundHandler())
	down := gone.URL
	gone.Close()
	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	webhook := func(name, label, url, sideEffects string) string {
		return fmt.Sprintf(`---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: %[2]s}
webhooks:
- name: %[1]s
  admissionReviewVersions: [v1]
  timeoutSeconds: 30
  sideEffects: %[4]s
  clientConfig: {url: "%[3]s/%[2]s", caBundle: %[5]s}
  objectSelector: {matchLabels: {guard: %[2]s}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]
`, name, label, url, sideEffects, ca)
	}
	objects, err := cluster.Decode([]byte(policies + webhook("validation.gatekeeper.sh", "gatekeeper", server.URL, "None") +
		webhook("validate.kyverno.svc-fail", "kyverno", server.URL, "NoneOnDryRun") + webhook("other.example.com", "other", server.URL, "None") +
		webhook("slow.example.com", "slow", server.URL, "None") + webhook("down.example.com", "down", down, "None")))
	if err == nil {
		err = c.Apply(t.Context(), objects...)
	}
	if err != nil {
		t.Fatal(err)
	}
	real, err := cluster.Decode([]byte(webhook("real.example.com", "real", server.URL, "Some")))
	if err == nil {
		err = c.Store(t.Context(), "validatingwebhookconfigurations/real", real[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	waitForGuards(t, c)
}

const policies = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-forbidden}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]}
  validations: [{expression: "!has(object.metadata.labels) || !('forbidden' in object.metadata.labels)", message: it is forbidden}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: everywhere}
spec: {policyName: no-forbidden, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-deletion}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [configmaps]}]}
  validations: [{expression: "!has(oldObject.metadata.labels) || !('undeletable' in oldObject.metadata.labels)", message: it must stay}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: deletions}
spec: {policyName: no-deletion, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: warns}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]}
  validations: [{expression: "!has(object.metadata.labels) || !('warned' in object.metadata.labels)", message: it is not nice}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: warns}
spec: {policyName: warns, validationActions: [Warn]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: secrets}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [secrets]}]}
  validations:
  - {expression: "object.metadata.name != 'labelled' || has(object.metadata.labels) && 'team' in object.metadata.labels", message: a team is missing}
  - {expression: "object.metadata.name != 'filled' || has(object.data) && 'a' in object.data", message: a key is missing}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: secrets}
spec: {policyName: secrets, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: forbids}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]}
  matchConditions: [{name: labelled, expression: "has(object.metadata.labels) && 'mutate' in object.metadata.labels"}]
  failurePolicy: Fail
  reinvocationPolicy: Never
  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'forbidden': 'by-a-policy'}}}"}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: forbids}
spec: {policyName: forbids}
`

// waitForGuards waits until each guard refuses: policies and webhooks are effective a moment after they were written.
func waitForGuards(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for _, label := range []string{"forbidden: 'yes'", "mutate: 'yes'", "guard: gatekeeper", "guard: kyverno", "guard: other", "guard: down", "guard: real"} {
		objects, err := cluster.Decode([]byte(strings.ReplaceAll(labelled("probe", label), "NS", "default")))
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
			if err := c.Client.Create(t.Context(), objects[0].DeepCopy(), client.DryRunAll); err != nil {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("nothing refuses an object with %s", label)
			}
		}
	}
}
