// SPDX-License-Identifier: Apache-2.0

package refusal

import "github.com/flux-probe/flux-probe/matrix"

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

// Hint is what to do, in one line.
func (g Guard) Hint() string {
	switch g.Kind {
	case ValidatingAdmissionPolicy, MutatingAdmissionPolicy, Gatekeeper, Kyverno, Webhook:
		return "change the object so that " + g.Who() + " accepts it, or ask its owner for an exception"
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
