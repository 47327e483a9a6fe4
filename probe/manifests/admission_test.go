// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const guards = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: a.example.com
  clientConfig: {service: {namespace: guard, name: guard}, caBundle: "${CA_BUNDLE}"}
  rules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
- {name: b.example.com, clientConfig: {url: "https://user:pass@guard.example.com/path"}, sideEffects: None, failurePolicy: Ignore, matchConditions: [{name: x, expression: "true"}]}
---
{apiVersion: v1, kind: Service, metadata: {namespace: guard, name: guard}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  paramKind: {apiVersion: v1, kind: ConfigMap}
  variables: [{name: v, expression: "1"}]
  matchConditions: [{name: c, expression: "2"}]
  validations: [{expression: "3"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [Deny]}
`

func admissionOf(t *testing.T, text string) *snapshot.Snapshot {
	t.Helper()
	m, err := Read(strings.NewReader(text), "-")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := m.Snapshot(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Webhooks and policies are kept without what verifies certificates, which a manifest often has a variable for.
func TestAdmission(t *testing.T) {
	service := snapshot.ServiceName{Namespace: "guard", Name: "guard"}
	want := snapshot.Admission{
		Webhooks: []snapshot.Webhook{
			{
				Kind: snapshot.ValidatingWebhooks, Configuration: "guard", Name: "a.example.com", FailurePolicy: admissionv1.Fail, Service: &service,
				Match: admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
					Operations: []admissionv1.OperationType{admissionv1.Create}, Rule: admissionv1.Rule{APIGroups: []string{"apps"}, APIVersions: []string{"v1"}, Resources: []string{"deployments"}},
				}}}},
			},
			{
				Kind: snapshot.ValidatingWebhooks, Configuration: "guard", Name: "b.example.com", FailurePolicy: admissionv1.Ignore, SideEffects: admissionv1.SideEffectClassNone,
				Conditions: true,
			},
		},
		Policies: []snapshot.AdmissionPolicy{{Name: "p", Params: true, Conditions: true, Expressions: []snapshot.Expression{
			{Field: "spec.validations[0].expression", Text: "3"}, {Field: "spec.variables[v].expression", Text: "1"}, {Field: "spec.matchConditions[c].expression", Text: "2"},
		}}},
		Bindings: []snapshot.AdmissionBinding{{Name: "b", Policy: "p", Actions: []admissionv1.ValidationAction{admissionv1.Deny}}},
		Services: map[snapshot.ServiceName]bool{service: true},
	}
	if diff := cmp.Diff(want, admissionOf(t, guards).Admission); diff != "" {
		t.Errorf("admission (-want +got):\n%s", diff)
	}
}

// What is applied to a cluster replaces the configuration of its name, and brings a Service that was missing.
func TestAdmissionOver(t *testing.T) {
	base := admissionOf(t, guards+`---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: guard}
webhooks: [{name: c.example.com, clientConfig: {service: {namespace: late, name: late}}}]
`)
	late := snapshot.ServiceName{Namespace: "late", Name: "late"}
	base.Admission.Services[late] = false
	m, err := Read(strings.NewReader(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks: [{name: new.example.com}]
---
{apiVersion: v1, kind: Service, metadata: {namespace: late, name: late}}
`), "-")
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := m.Over(base, "default")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range after.Admission.Webhooks {
		names = append(names, w.Kind+" "+w.Name)
	}
	want := []string{"MutatingWebhookConfiguration c.example.com", "ValidatingWebhookConfiguration new.example.com"}
	if diff := cmp.Diff(want, names); diff != "" || !after.Admission.Services[late] || base.Admission.Services[late] {
		t.Errorf("services %v, webhooks (-want +got):\n%s", after.Admission.Services, diff)
	}
}
