// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"maps"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Admission is what decides about requests after they were authorized, as far as it was read: webhooks, and
// ValidatingAdmissionPolicies with their bindings.
type Admission struct {
	Webhooks []Webhook
	Policies []AdmissionPolicy
	Bindings []AdmissionBinding

	// Services tells of the Services that webhooks name whether they exist. One of which that is not known is missing.
	Services map[ServiceName]bool

	// Unread names the lists that could not be read, each with the reason in one line, and Forbidden those of them that
	// the caller is not allowed to list. They are not among those of the Snapshot, because no permission depends on them.
	Unread    map[string]string
	Forbidden map[string]bool
}

// ServiceName names a Service.
type ServiceName struct{ Namespace, Name string }

// String is namespace/name.
func (s ServiceName) String() string { return s.Namespace + "/" + s.Name }

// The kinds of configurations of webhooks, and of policies.
const (
	ValidatingWebhooks = "ValidatingWebhookConfiguration"
	MutatingWebhooks   = "MutatingWebhookConfiguration"
	ValidatingPolicy   = "ValidatingAdmissionPolicy"
	ValidatingBinding  = "ValidatingAdmissionPolicyBinding"
)

// Webhook is a webhook of a configuration, without what verifies its certificate.
type Webhook struct {
	Kind          string // of the configuration
	Configuration string
	Name          string
	Match         admissionv1.MatchResources // which requests it is sent
	Conditions    bool                       // that decide besides, in CEL
	FailurePolicy admissionv1.FailurePolicyType
	SideEffects   admissionv1.SideEffectClass // empty where it is not set
	Service       *ServiceName                // nil for a webhook with a URL
}

// Origin names a field of the webhook in its configuration.
func (w *Webhook) Origin(field string) matrix.Origin {
	return matrix.Origin{Kind: w.Kind, Name: w.Configuration, Field: "webhooks[" + w.Name + "]." + field}
}

// AdmissionPolicy is a ValidatingAdmissionPolicy.
type AdmissionPolicy struct {
	Name        string
	Match       admissionv1.MatchResources // spec.matchConstraints
	Expressions []Expression
	Conditions  bool // spec.matchConditions decide besides
	Params      bool // spec.paramKind is set: the expressions are about an object that a binding names
}

// Expression is an expression of a policy in CEL.
type Expression struct {
	Field string // spec.validations[0].expression
	Text  string
}

// Origin names a field of the policy.
func (p *AdmissionPolicy) Origin(field string) matrix.Origin {
	return matrix.Origin{Kind: ValidatingPolicy, Name: p.Name, Field: field}
}

// AdmissionBinding is a ValidatingAdmissionPolicyBinding.
type AdmissionBinding struct {
	Name    string
	Policy  string
	Actions []admissionv1.ValidationAction
	Match   admissionv1.MatchResources // spec.matchResources; its zero value is all that the policy matches
}

// WebhooksOf returns the webhooks of a ValidatingWebhookConfiguration.
func WebhooksOf(c *admissionv1.ValidatingWebhookConfiguration) []Webhook {
	all := make([]Webhook, len(c.Webhooks))
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		all[i] = webhook(ValidatingWebhooks, c.Name, w.Name, w.ClientConfig, w.FailurePolicy, w.SideEffects)
		all[i].Match = match(w.Rules, w.MatchPolicy, w.NamespaceSelector, w.ObjectSelector)
		all[i].Conditions = len(w.MatchConditions) > 0
	}
	return all
}

// MutatingWebhooksOf returns the webhooks of a MutatingWebhookConfiguration.
func MutatingWebhooksOf(c *admissionv1.MutatingWebhookConfiguration) []Webhook {
	all := make([]Webhook, len(c.Webhooks))
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		all[i] = webhook(MutatingWebhooks, c.Name, w.Name, w.ClientConfig, w.FailurePolicy, w.SideEffects)
		all[i].Match = match(w.Rules, w.MatchPolicy, w.NamespaceSelector, w.ObjectSelector)
		all[i].Conditions = len(w.MatchConditions) > 0
	}
	return all
}

func webhook(kind, configuration, name string, client admissionv1.WebhookClientConfig, policy *admissionv1.FailurePolicyType, effects *admissionv1.SideEffectClass) Webhook {
	w := Webhook{Kind: kind, Configuration: configuration, Name: name, FailurePolicy: value(policy, admissionv1.Fail), SideEffects: value(effects, "")}
	if client.Service != nil {
		w.Service = &ServiceName{client.Service.Namespace, client.Service.Name}
	}
	return w
}

func match(rules []admissionv1.RuleWithOperations, policy *admissionv1.MatchPolicyType, namespaces, objects *metav1.LabelSelector) admissionv1.MatchResources {
	m := admissionv1.MatchResources{MatchPolicy: policy, NamespaceSelector: namespaces, ObjectSelector: objects}
	for _, r := range rules {
		m.ResourceRules = append(m.ResourceRules, admissionv1.NamedRuleWithOperations{RuleWithOperations: r})
	}
	return m
}

// value is what p points to, or else what the API server sets.
func value[T comparable](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return cmp.Or(*p, otherwise)
}

// With returns a together with what others have, which replaces objects of the same name.
func (a *Admission) With(others *Admission) Admission {
	type id struct{ kind, name string }
	services := maps.Clone(a.Services)
	if services == nil {
		services = others.Services
	} else {
		maps.Copy(services, others.Services)
	}
	return Admission{
		Webhooks: replaced(a.Webhooks, others.Webhooks, func(w Webhook) id { return id{w.Kind, w.Configuration} }),
		Policies: replaced(a.Policies, others.Policies, func(p AdmissionPolicy) string { return p.Name }),
		Bindings: replaced(a.Bindings, others.Bindings, func(b AdmissionBinding) string { return b.Name }),
		Services: services, Unread: a.Unread, Forbidden: a.Forbidden,
	}
}

// replaced are those of all with other keys than those of by, and all of by.
func replaced[T any, K comparable](all, by []T, key func(T) K) []T {
	have := map[K]bool{}
	for _, one := range by {
		have[key(one)] = true
	}
	return append(slices.DeleteFunc(slices.Clone(all), func(one T) bool { return have[key(one)] }), by...)
}
