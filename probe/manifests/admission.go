// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// isGuard reports whether a kind is one of those that snapshot.Admission is made of.
func isGuard(kind string) bool {
	return slices.Contains([]string{snapshot.ValidatingWebhooks, snapshot.MutatingWebhooks, snapshot.ValidatingPolicy, snapshot.ValidatingBinding}, kind)
}

// guard keeps a configuration of webhooks, a policy or a binding of one.
func (s *reading) guard(o object) error {
	a := &s.Admission
	o.raw = withoutCertificates(o.raw)
	switch o.kind {
	case snapshot.ValidatingWebhooks:
		c, err := decode[admissionv1.ValidatingWebhookConfiguration](o)
		a.Webhooks = append(a.Webhooks, snapshot.WebhooksOf(&c)...)
		return err
	case snapshot.MutatingWebhooks:
		c, err := decode[admissionv1.MutatingWebhookConfiguration](o)
		a.Webhooks = append(a.Webhooks, snapshot.MutatingWebhooksOf(&c)...)
		return err
	case snapshot.ValidatingPolicy:
		p, err := decode[admissionv1.ValidatingAdmissionPolicy](o)
		a.Policies = append(a.Policies, snapshot.PolicyOf(&p))
		return err
	default:
		b, err := decode[admissionv1.ValidatingAdmissionPolicyBinding](o)
		a.Bindings = append(a.Bindings, snapshot.BindingOf(&b))
		return err
	}
}

// withoutCertificates leaves out what verifies the servers of webhooks, which is filled in on the cluster and often no
// certificate in a manifest.
func withoutCertificates(raw json.RawMessage) json.RawMessage {
	fields := map[string]any{}
	if json.Unmarshal(raw, &fields) != nil {
		return raw
	}
	webhooks, _ := fields["webhooks"].([]any)
	for _, webhook := range webhooks {
		if w, ok := webhook.(map[string]any); ok {
			if client, ok := w["clientConfig"].(map[string]any); ok {
				delete(client, "caBundle")
			}
		}
	}
	if left, err := json.Marshal(fields); err == nil {
		return left
	}
	return raw
}

// services notes which Services the manifests bring. Others can be there, so that none is known to be missing.
func (s *reading) services(placed []object) {
	for _, o := range placed {
		if o.group == "" && o.kind == "Service" {
			if s.Admission.Services == nil {
				s.Admission.Services = map[snapshot.ServiceName]bool{}
			}
			s.Admission.Services[snapshot.ServiceName{Namespace: o.namespace, Name: o.name}] = true
		}
	}
}
