// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// gateObjectIdentity turns object-level workload identity on (RFC-0010, Flux 2.6 to 2.9); since
// Flux 2.10 it is always on.
const gateObjectIdentity = "ObjectLevelWorkloadIdentity"

// identity derives FP701 to FP703: the accounts for which a controller mints tokens, to use in the
// cloud, a registry or a vault.
type identity struct{ options Options }

func (i identity) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	v, out := newView(s, i.options), &derived{}
	v.unlisted(identified, out)
	for _, o := range s.Objects {
		if !v.shows(o.Namespace) {
			continue
		}
		for _, use := range v.identities(o) {
			v.judgeIdentity(o, use, out)
		}
		if field(o.Fields, "spec.kubeConfig.configMapRef") != nil && reconciles(o) {
			out.gap("spec.kubeConfig.configMapRef of "+o.String(), "the account is named in a ConfigMap, which is not read")
		}
	}
	if why := v.Unread["serviceaccounts"]; why != "" && len(out.expectations) > 0 {
		out.gap("whether the accounts that objects name exist", "serviceaccounts could not be listed: "+why)
	}
	v.identityDefaults(out)
	return out.expectations, out.gaps
}

// judgeIdentity makes one finding for each reason that can keep the identity from working: the gate,
// the account, the controller's right to its token.
func (v *view) judgeIdentity(o Object, use identityUse, out *derived) {
	d := v.controller(o)
	if d == nil {
		out.gap(use.field+" of "+o.String(), "no controller was found that watches it")
		return
	}
	account := matrix.ServiceAccount(o.Namespace, use.account)
	e := matrix.Expectation{
		Subject: d.account(), Severity: matrix.Error, Origin: o.origin(use.field),
		Because: fmt.Sprintf("%s uses the identity of ServiceAccount %s", o, account),
	}
	if use.token {
		if why := gateOff(d); why != "" {
			e.Code, e.Settled, e.Observed = "FP703", matrix.Missing, why
			e.Hint = "--feature-gates=" + gateObjectIdentity + "=true on " + d.String() + ", or remove the field"
			out.add(e)
			return
		}
	}
	if v.Unread["serviceaccounts"] == "" {
		exists := e
		exists.Code, exists.Settled, exists.Observed = "FP702", matrix.Pass, "the ServiceAccount exists"
		if v.absent(account) {
			exists.Settled, exists.Observed = matrix.Missing, "the ServiceAccount does not exist"
			exists.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s", account.Namespace, account.Name)
		}
		out.add(exists)
	}
	if !use.token {
		return
	}
	e.Code, e.Want = "FP701", matrix.Allow
	e.Because += ", whose token " + d.Component + " has to create"
	e.Ways = rights(d.account(), Resource{Resource: "serviceaccounts", Subresource: "token", Namespaced: true}, "create", account.Namespace, account.Name)
	e.Hint = tokenHint(d)
	out.add(e)
}

// tokenHint says where the right to create tokens comes from.
func tokenHint(d *deployment) string {
	switch {
	case d.Component == Operator:
		return "flux-operator is bound to cluster-admin by its own installation: bind it again, or grant it this right"
	case atLeast(d.flux, 2, 10):
		return "since Flux 2.10 the optional ClusterRole flux-object-identity grants it: bind it to " + d.account().String()
	}
	return "ClusterRole crd-controller grants it in Flux 2.6 to 2.9"
}

// gateOff says why object-level identity is off on d, "" when it is on. Where the version is not
// known the gate decides, and where that is not set either, the token right is asked all the same.
// flux-operator has no gates: it turns object-level identity on at its start (its cmd/operator/main.go).
func gateOff(d *deployment) string {
	on, set := d.flags.gates[gateObjectIdentity]
	_, _, known := numbers(d.flux)
	switch {
	case d.Component == Operator, atLeast(d.flux, 2, 10), set && on, !known && !set:
		return ""
	case known && !atLeast(d.flux, 2, 6):
		return "Flux " + d.flux + " knows no identity of an object; it came with 2.6"
	}
	return "the feature gate " + gateObjectIdentity + " is off on " + d.String()
}

// identified are the kinds that can use the identity of an account.
var identified = []string{
	"Kustomization", "GitRepository", "OCIRepository", "Bucket", "ImageRepository", "Provider", "ImageUpdateAutomation",
	"ArtifactGenerator", "ResourceSetInputProvider",
}

// identityUse is an account that an object names for an identity.
type identityUse struct {
	field   string
	account string
	token   bool // a token is minted; else the account is only read, for its pull secrets
}

// identities are the accounts whose identity o uses, by its fields or by a default of its controller.
func (v *view) identities(o Object) []identityUse {
	d := v.controller(o)
	byDefault := func(name string) string {
		if d == nil {
			return ""
		}
		return d.flags.text(name)
	}
	switch o.Kind {
	case "Kustomization":
		if field(o.Fields, "spec.decryption") != nil {
			name := cmp.Or(text(o.Fields, "spec.decryption.serviceAccountName"), byDefault(flagDefaultDecryption))
			return used("spec.decryption.serviceAccountName", name, true)
		}
	case "GitRepository", "OCIRepository", "Bucket", "ImageRepository":
		if component(o.Group, o.Kind) == "" {
			return nil
		}
		name := text(o.Fields, "spec.serviceAccountName")
		if clouded(o) {
			return used("spec.serviceAccountName", cmp.Or(name, byDefault(flagDefaultServiceAccount)), true)
		}
		if o.Kind == "OCIRepository" || o.Kind == "ImageRepository" {
			return used("spec.serviceAccountName", name, false)
		}
	case "Provider":
		return providerIdentity(o, byDefault(flagDefaultServiceAccount))
	case "ImageUpdateAutomation":
		return v.automationIdentity(o, byDefault(flagDefaultServiceAccount))
	case "ArtifactGenerator":
		return used("spec.serviceAccountName", text(o.Fields, "spec.serviceAccountName"), false)
	case "ResourceSetInputProvider":
		return used("spec.serviceAccountName", text(o.Fields, "spec.serviceAccountName"), true)
	}
	return nil
}

func used(field, account string, token bool) []identityUse {
	if account == "" {
		return nil
	}
	return []identityUse{{field: field, account: account, token: token}}
}

// clouded says whether the provider of a source authenticates with a cloud: the others use the
// account for nothing but its pull secrets.
func clouded(o Object) bool {
	switch text(o.Fields, "spec.provider") {
	case "aws", "azure", "gcp":
		return true
	}
	return false
}

// automationIdentity: an ImageUpdateAutomation takes the account's name from its GitRepository and
// looks for it in its own namespace (image-automation-controller internal/source/git.go@v1.2.1), as it
// does for the default one.
func (v *view) automationIdentity(o Object, byDefault string) []identityUse {
	name, namespace := text(o.Fields, "spec.sourceRef.name"), cmp.Or(text(o.Fields, "spec.sourceRef.namespace"), o.Namespace)
	source, ok := v.objects[entry{namespace, name, sourceGroup, "GitRepository"}]
	if !ok || !clouded(source) {
		return nil
	}
	return used("spec.sourceRef", cmp.Or(text(source.Fields, "spec.serviceAccountName"), byDefault), true)
}
