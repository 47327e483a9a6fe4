// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// tenants derives FP401 to FP405: what the accounts that do Flux's work need for the next apply,
// prune or upgrade.
type tenants struct{ options Options }

func (t tenants) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	v, out := newView(s, t.options), &derived{}
	v.unlisted(appliers, out)
	itself := map[string]int{}
	var order []string
	roles := v.roles()
	for _, r := range v.work {
		switch {
		case r.remote:
			out.gap(r.String(), "spec.kubeConfig: its objects are on another cluster"+r.there())
		case r.by == "" && r.controller == nil:
			out.gap(r.String(), "no controller was found that watches it")
		case r.by == "":
			who := r.account.String()
			if itself[who]++; itself[who] == 1 {
				order = append(order, who)
			}
		default:
			v.needs(r, roles, out)
		}
	}
	for _, who := range order {
		out.gap(fmt.Sprintf("what %s reconciles as itself, objects: %d", who, itself[who]), "no account is impersonated; section reconcilers asks for the controller's own rights")
	}
	v.reported(out)
	return out.expectations, out.gaps
}

// there says as whom Flux applies on another cluster: the kubeConfig's identity impersonates an account by its name
// here, a default account too, and pruning depends on whether that account exists here (fluxcd/flux2#5543,
// fluxcd/pkg#959).
func (r reconciliation) there() string {
	if r.by == "" {
		return ""
	}
	return fmt.Sprintf(", applied there as %s (%s), which the identity of the kubeConfig has to impersonate", r.account.User(), r.by)
}

// needs derives all that the account of one object needs.
func (v *view) needs(r reconciliation, roles *roleIndex, out *derived) {
	entries, errs, ok := inventory(r.Object)
	if !ok {
		out.gap(r.String(), noInventory(r.Object))
	}
	for _, err := range errs {
		out.gap(r.String(), err.Error())
	}
	for _, e := range entries {
		resource, ok := v.kind(e.Group, e.Kind)
		if !ok {
			out.gap(e.String()+" of "+r.String(), v.notServed(e))
			continue
		}
		v.manages(r, e, resource, out)
		v.mayGrant(r, e, roles, out)
	}
	if r.Kind == "HelmRelease" {
		v.createsNamespace(r, out)
		v.keepsReleases(r, out)
	}
	v.readsHealth(r, entries, out)
}

func noInventory(o Object) string {
	if o.Kind == "HelmRelease" && len(each(o.Fields, "status.history[]")) > 0 {
		return "no status.inventory: Flux before 2.8 keeps what a release made in a Secret, which is not read"
	}
	return "no status.inventory yet: nothing was applied; a refusal that its conditions report is asked about"
}

func (v *view) notServed(e entry) string {
	if why := v.failed[e.Group]; why != "" {
		return "discovery of its API group failed: " + why
	}
	return "its kind is no longer served; nothing can be asked about it"
}

// need is an expectation about the account that does the work of r.
func (v *view) need(r reconciliation, code string, ways [][]matrix.Review, because string) matrix.Expectation {
	e := matrix.Expectation{
		Code: code, Subject: r.account, Ways: ways, Want: matrix.Allow, Severity: matrix.Error,
		Because: because, Origin: r.origin("status.inventory"),
	}
	if v.absent(r.account) {
		e.Because += "; the ServiceAccount does not exist, FP302"
		e.Hint = fmt.Sprintf("create ServiceAccount %s first: it has only what bindings to its name and groups grant", r.account)
	}
	return e
}

// manages is FP401: get, patch, create and delete of an object that was applied. Server-side apply
// is a patch, and needs create where the object is absent; that create carries the name. (fluxcd/pkg
// ssa@v0.76.2, helm.sh/helm/v4@v4.2.4, apiserver pkg/endpoints/handlers/patch.go)
func (v *view) manages(r reconciliation, e entry, resource Resource, out *derived) {
	for _, verb := range [...]string{"get", "patch", "create", "delete"} {
		if !resource.has(verb) {
			continue
		}
		x := v.need(r, "FP401", rights(r.account, resource, verb, e.Namespace, e.Name), because(r, e, verb))
		if verb == "delete" && keeps(r, e) || verb == "create" && holds(e, r.Object) {
			x.Severity = matrix.Info
		}
		out.add(x)
	}
}

// holds says whether e is the Namespace that o is in: o goes with it, and never creates it.
func holds(e entry, o Object) bool {
	return e.Group == "" && e.Kind == "Namespace" && e.Name == o.Namespace
}

// because says what fails without verb; what fails only later is latent.
func because(r reconciliation, e entry, verb string) string {
	switch verb {
	case "create":
		return fmt.Sprintf("%s cannot create %s again once it is gone (latent)", r.Object, e)
	case "delete":
		return fmt.Sprintf("%s cannot prune %s (latent)", r.Object, e)
	case "get":
		return fmt.Sprintf("%s reads %s before it applies, prunes or waits", r.Object, e)
	}
	return fmt.Sprintf("%s applies %s", r.Object, e)
}

// keeps says whether r never deletes e: it does not prune, or e is a CustomResourceDefinition of a
// chart, which an uninstall leaves behind.
func keeps(r reconciliation, e entry) bool {
	switch r.Kind {
	case "Kustomization":
		return !truth(r.Fields, "spec.prune") && !truth(r.Fields, "spec.force")
	case "HelmRelease":
		return e.Kind == "CustomResourceDefinition"
	}
	return false
}
