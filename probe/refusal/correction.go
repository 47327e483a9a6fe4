// SPDX-License-Identifier: Apache-2.0

package refusal

import "strings"

// Correction is what to do about the refusal of a guard, in one line.
func (g Guard) Correction() string {
	switch g.Kind {
	case ValidatingAdmissionPolicy:
		return "change the object so that it complies, or ask the owner of the policy for an exception, such as in the matchResources of its binding"
	case MutatingAdmissionPolicy:
		return "ask the owner of the policy to correct its expressions, which could not be evaluated for this object"
	case Gatekeeper:
		return "change the object so that it complies, or ask the owner of the constraint for an exception, such as in its spec.match"
	case Kyverno:
		return "change the object so that it complies, or ask the owner of the policy for a PolicyException"
	case Webhook:
		return "change the object so that the webhook accepts it, or ask the owner of the webhook"
	case PodSecurity:
		return "set the securityContext of the pods as it says, or ask the owner of the Namespace for another level in its label pod-security.kubernetes.io/enforce"
	case ResourceQuota:
		return "request less, delete what is not needed, or ask the owner of the ResourceQuota to raise it"
	case LimitRange:
		return "set requests and limits that the LimitRange of the namespace accepts, or ask its owner to change it"
	case Namespace:
		if strings.Contains(g.Says, "terminated") {
			return "wait until the Namespace is deleted and create it again; its status says what keeps it from being deleted"
		}
		return "create the Namespace first: in the same Kustomization, or in one that this one depends on"
	case OwnerReferences:
		return "leave blockOwnerDeletion out of the ownerReferences, or grant the account update on the subresource finalizers of the owner, or delete on the object"
	case Validation:
		return "correct the object: the API server accepts it from nobody"
	case Immutable:
		return "give the object another name, or let Flux delete it and create it again: spec.force of the Kustomization, or spec.upgrade.force of the HelmRelease"
	case Conflict:
		return "the next reconciliation tries again; if it fails again, leave the fields to one of those who set them"
	case WebhookNoDryRun:
		return "ask the owner of the webhook to set its sideEffects to None or NoneOnDryRun, or to exclude the namespace in its namespaceSelector"
	case WebhookFailed:
		return "see why the webhook does not answer: its Service, its pods, network policies and its certificate"
	default:
		return "change the object as the message says"
	}
}
