// SPDX-License-Identifier: Apache-2.0

package refusal

import "github.com/flux-probe/flux-probe/matrix"

// GuardKind is the kind of a Guard, as people call it.
type GuardKind string

// The kinds. With the last two it is not known what would have become of the request.
const (
	ValidatingAdmissionPolicy GuardKind = "ValidatingAdmissionPolicy"
	MutatingAdmissionPolicy   GuardKind = "MutatingAdmissionPolicy"
	Gatekeeper                GuardKind = "Gatekeeper"
	Kyverno                   GuardKind = "Kyverno"
	Webhook                   GuardKind = "webhook"
	PodSecurity               GuardKind = "PodSecurity"
	ResourceQuota             GuardKind = "ResourceQuota"
	LimitRange                GuardKind = "LimitRange"
	OwnerReferences           GuardKind = "OwnerReferencesPermissionEnforcement"
	Namespace                 GuardKind = "namespace"
	Validation                GuardKind = "validation"
	Immutable                 GuardKind = "immutable field"
	Conflict                  GuardKind = "conflict"
	WebhookNoDryRun           GuardKind = "webhook without dry-run"
	WebhookFailed             GuardKind = "webhook that failed"
)

// Unknown reports whether the guard did not judge.
func (k GuardKind) Unknown() bool { return k == WebhookNoDryRun || k == WebhookFailed }

// Origin is the guard as the object that it is, with the rule or binding; without a name if it is none that a text names.
func (g Guard) Origin() matrix.Origin {
	o := matrix.Origin{Kind: string(g.Kind), Name: g.Name}
	switch g.Kind {
	case ValidatingAdmissionPolicy, MutatingAdmissionPolicy:
		o.Field = named("binding", g.Part)
	case Gatekeeper:
		o.Kind = "Gatekeeper constraint"
	case Kyverno:
		o.Kind, o.Field = "Kyverno policy", named("rule", g.Part)
	case Webhook, WebhookNoDryRun, WebhookFailed:
		o.Kind = "webhook"
	case Namespace:
		o.Kind = "Namespace"
	}
	return o
}

func named(what, name string) string {
	if name == "" {
		return ""
	}
	return what + " " + name
}

// Cause names the guard without what it says, which differs from object to object.
func (g Guard) Cause() string {
	switch g.Kind {
	case ValidatingAdmissionPolicy, MutatingAdmissionPolicy:
		return string(g.Kind) + " " + g.Name + g.in("binding")
	case Gatekeeper:
		return "Gatekeeper constraint " + g.Name
	case Kyverno:
		return "Kyverno policy " + g.Name + g.in("rule")
	case Webhook, WebhookNoDryRun, WebhookFailed:
		return "webhook " + g.Name
	case PodSecurity:
		return `PodSecurity "` + g.Name + `"`
	case ResourceQuota:
		if g.Name == "" {
			return "ResourceQuota"
		}
		return "ResourceQuota " + g.Name
	case LimitRange:
		return "a LimitRange of the namespace"
	case OwnerReferences:
		return string(g.Kind)
	case Namespace:
		return "namespace " + g.Name
	case Immutable:
		return "a field that cannot be changed"
	case Conflict:
		return "a conflict"
	default:
		return "the validation of the API server"
	}
}

func (g Guard) in(what string) string {
	if g.Part == "" {
		return ""
	}
	return " (" + what + " " + g.Part + ")"
}

// String is the guard and what it says, in one line.
func (g Guard) String() string {
	says := ""
	if g.Says != "" {
		says = ": " + g.Says
	}
	switch g.Kind {
	case WebhookNoDryRun:
		return g.Cause() + " does not support dry-runs"
	case WebhookFailed:
		return g.Cause() + " could not be called" + says
	case Namespace:
		return "the namespace cannot take it" + says
	case Immutable:
		return "a field cannot be changed" + says
	case Conflict:
		return "it was changed at the same time" + says
	case Validation:
		return "it is not valid" + says
	default:
		return g.Cause() + " refuses it" + says
	}
}

// Hint is what to do, in one line.
func (g Guard) Hint() string {
	switch g.Kind {
	case ValidatingAdmissionPolicy, MutatingAdmissionPolicy, Gatekeeper, Kyverno, Webhook:
		return "change the object so that " + g.Cause() + " accepts it, or ask its owner for an exception"
	case WebhookNoDryRun:
		return "let the webhook declare sideEffects: None or NoneOnDryRun, or keep it away from the namespaces of Flux by its namespaceSelector"
	case WebhookFailed:
		return "look at the service of the webhook, or keep it away from the namespaces of Flux by its namespaceSelector"
	case PodSecurity:
		return "change the pod, or label the namespace with a lower level of pod-security.kubernetes.io/enforce"
	case ResourceQuota:
		return "raise the quota, or apply less in this namespace"
	case LimitRange:
		return "set requests and limits that the LimitRange of the namespace accepts"
	case OwnerReferences:
		return "leave out the ownerReferences, or let the account update the finalizers of the owner"
	case Namespace:
		return "wait until the namespace is gone and create it again, or apply to another one"
	case Immutable:
		return "give the object another name, or annotate it so that it is replaced (kustomize.toolkit.fluxcd.io/force: enabled)"
	case Conflict:
		return "probe again"
	default:
		return "correct the object"
	}
}
