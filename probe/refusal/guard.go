// SPDX-License-Identifier: Apache-2.0

package refusal

import "strings"

// Guard is what refused a request although its user is permitted to make it.
type Guard struct {
	Kind GuardKind `json:"kind"`
	Name string    `json:"name,omitempty"` // of the policy, constraint, webhook, quota or namespace; "" where the text names none
	Part string    `json:"part,omitempty"` // Kyverno's rule, or the binding of an admission policy; "" otherwise
	Says string    `json:"says,omitempty"` // what it says, one printable line
}

// GuardKind is a kind of guard, in the words that people know.
type GuardKind string

// The kinds of guards.
const (
	ValidatingAdmissionPolicy GuardKind = "ValidatingAdmissionPolicy"
	MutatingAdmissionPolicy   GuardKind = "MutatingAdmissionPolicy" // which could not be evaluated
	Gatekeeper                GuardKind = "Gatekeeper"
	Kyverno                   GuardKind = "Kyverno"
	Webhook                   GuardKind = "webhook" // any other
	PodSecurity               GuardKind = "PodSecurity"
	ResourceQuota             GuardKind = "ResourceQuota"
	LimitRange                GuardKind = "LimitRange"
	Namespace                 GuardKind = "namespace" // is being terminated, or does not exist
	OwnerReferences           GuardKind = "OwnerReferencesPermissionEnforcement"
	AdmissionPlugin           GuardKind = "admission plugin" // of the API server, any other
	Validation                GuardKind = "validation"       // of the API server, by the schema and the rules of a kind
	Immutable                 GuardKind = "immutable"        // a field that cannot be changed
	Conflict                  GuardKind = "conflict"         // with a change or a field of another

	// What these would say is not known.
	WebhookNoDryRun GuardKind = "webhook without dry run"
	WebhookFailed   GuardKind = "webhook not called"
)

// Unknown reports whether the guard was not asked, so that what it would say is not known.
func (k GuardKind) Unknown() bool { return k == WebhookNoDryRun || k == WebhookFailed }

// String is the guard and what it says, on one line.
func (g Guard) String() string {
	if g.Says == "" || g.Kind == Namespace { // whose text is its words
		return g.Did()
	}
	return g.Did() + ": " + g.Says
}

// Did is which guard did what, without what it says.
func (g Guard) Did() string {
	switch g.Kind {
	case WebhookNoDryRun:
		return "webhook " + g.Name + " does not support dry run"
	case WebhookFailed:
		return "webhook " + g.Name + " could not be called"
	case Validation:
		return "the API server found it invalid"
	case Immutable:
		return "it changes what is immutable"
	case Conflict:
		return "it conflicts with another change"
	case Namespace:
		if strings.Contains(g.Says, "terminated") {
			return "namespace " + g.Name + " is being terminated"
		}
		return "namespace " + g.Name + " does not exist"
	}
	return g.Who() + " refused it"
}

// Who is the guard without what it says.
func (g Guard) Who() string {
	part := func(word string) string {
		if g.Part == "" {
			return ""
		}
		return " (" + word + " " + g.Part + ")"
	}
	named := func(words string) string { return strings.TrimSpace(words + " " + g.Name) }
	switch g.Kind {
	case ValidatingAdmissionPolicy, MutatingAdmissionPolicy:
		return named(string(g.Kind)) + part("binding")
	case Kyverno:
		if g.Name == "" {
			return "Kyverno"
		}
		return named("Kyverno policy") + part("rule")
	case Gatekeeper:
		if g.Name == "" {
			return "Gatekeeper"
		}
		return named("Gatekeeper constraint")
	case Webhook, WebhookNoDryRun, WebhookFailed:
		return named("webhook")
	case PodSecurity:
		return `PodSecurity "` + g.Name + `"`
	case ResourceQuota:
		return named("ResourceQuota")
	case LimitRange:
		return "a LimitRange"
	case AdmissionPlugin:
		return "an admission plugin of the API server"
	case Validation, Immutable, Conflict:
		return "the API server"
	}
	return named(string(g.Kind))
}
