// SPDX-License-Identifier: Apache-2.0

package refusal

import "github.com/flux-probe/flux-probe/matrix"

// By identifies a guard, so that what the same guard refuses is one problem: applied is what it refused, and at is where
// that is said. A guard without a name cannot be told from others, and the object that it refused stands for it.
func (g Guard) By(applied Applied, at matrix.Origin) *matrix.Origin {
	by := matrix.Origin{Kind: string(g.Kind), Name: g.Name}
	switch g.Kind {
	case Kyverno:
		by.Kind = "Kyverno policy"
	case Gatekeeper:
		by.Kind = "Gatekeeper constraint"
	case WebhookNoDryRun, WebhookFailed:
		by.Kind = string(Webhook)
	case Namespace:
		by.Kind = "Namespace"
	case ResourceQuota:
		by.Namespace = applied.Namespace
	case PodSecurity:
		by = matrix.Origin{Kind: "Namespace", Name: applied.Namespace, Field: "metadata.labels[pod-security.kubernetes.io/enforce]"}
	}
	nameless := by.Name == "" || g.Kind == ResourceQuota && by.Namespace == ""
	switch {
	case !nameless:
	case at.Name != "":
		by = matrix.Origin{Kind: at.Kind, Namespace: at.Namespace, Name: at.Name, Field: at.Field}
	case applied.Name != "":
		by = matrix.Origin{Kind: applied.Kind, Namespace: applied.Namespace, Name: applied.Name}
	default:
		by = matrix.Origin{Kind: "API server"}
	}
	return &by
}
