// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"

	"github.com/flux-probe/flux-probe/probe/refusal"
)

// Correction is what to do about the refusal of a guard, in one line.
func Correction(g refusal.Guard) string {
	switch g.Kind {
	case refusal.ValidatingAdmissionPolicy:
		return "change the object so that it complies, or ask the owner of the policy for an exception, such as in the matchResources of its binding"
	case refusal.MutatingAdmissionPolicy:
		return "ask the owner of the policy to correct its expressions, which could not be evaluated for this object"
	case refusal.Gatekeeper:
		return "change the object so that it complies, or ask the owner of the constraint for an exception, such as in its spec.match"
	case refusal.Kyverno:
		return "change the object so that it complies, or ask the owner of the policy for a PolicyException"
	case refusal.Webhook:
		return "change the object so that the webhook accepts it, or ask the owner of the webhook"
	case refusal.PodSecurity:
		return "set the securityContext of the pods as it says, or ask the owner of the Namespace for another level in its label pod-security.kubernetes.io/enforce"
	case refusal.ResourceQuota:
		return "request less, delete what is not needed, or ask the owner of the ResourceQuota to raise it"
	case refusal.LimitRange:
		return "set requests and limits that the LimitRange of the namespace accepts, or ask its owner to change it"
	case refusal.Namespace:
		if strings.Contains(g.Says, "terminated") {
			return "wait until the Namespace is deleted and create it again; its status says what keeps it from being deleted"
		}
		return "create the Namespace first: in the same Kustomization, or in one that this one depends on"
	case refusal.OwnerReferences:
		return "leave blockOwnerDeletion out of the ownerReferences, or grant the account update on the subresource finalizers of the owner, or delete on the object"
	case refusal.Validation:
		return "correct the object: the API server accepts it from nobody"
	case refusal.Immutable:
		return "give the object another name, or let Flux delete it and create it again: spec.force of the Kustomization, or spec.upgrade.force of the HelmRelease"
	case refusal.Conflict:
		return "the next reconciliation tries again; if it fails again, leave the fields to one of those who set them"
	case refusal.WebhookNoDryRun:
		return "ask the owner of the webhook to set its sideEffects to None or NoneOnDryRun, or to exclude the namespace in its namespaceSelector"
	case refusal.WebhookFailed:
		return "see why the webhook does not answer: its Service, its pods, network policies and its certificate"
	default:
		return "change the object as the message says"
	}
}
