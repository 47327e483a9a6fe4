// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// referencesSource derives FP601 to FP605: references from one namespace into another, which Flux
// follows with the controller's identity, whatever the tenant's own account may do, and those that a
// feature gate blocks in any namespace.
type referencesSource struct{ options Options }

func (s referencesSource) Expectations(snapshot *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	f := &follower{view: newView(snapshot, s.options), asked: map[matrix.Review]bool{}, tenant: map[string]matrix.Subject{}}
	for _, t := range f.allTenants() {
		if _, known := f.tenant[t.account.Namespace]; !known || f.accounts[t.account].Labels[tenantLabel] != "" {
			f.tenant[t.account.Namespace] = t.account
		}
	}
	kinds := make([]string, 0, len(crossReferences))
	for _, c := range crossReferences {
		kinds = append(kinds, c.kind)
	}
	f.unlisted(kinds, &f.out)
	for _, o := range snapshot.Objects {
		for _, r := range f.references(o) {
			if r.controller == nil {
				f.out.gap(fmt.Sprintf("%s of %s", r.path, o), "no controller was found that watches it")
				continue
			}
			f.follow(r)
		}
		f.openToAll(o)
	}
	return f.out.expectations, f.out.gaps
}

// follower decides what becomes of each reference.
type follower struct {
	*view
	tenant map[string]matrix.Subject // a tenant's account of each namespace
	asked  map[matrix.Review]bool    // FP605, one for a controller, kind and namespace
	out    derived
}

// follow takes a reference the way its controller does: the flag, the gate, accessFrom, the target.
func (f *follower) follow(r reference) {
	if r.asAccount {
		f.asItself(r)
		return
	}
	if why, lift := f.blocked(r); why != "" {
		e := r.expectation("FP602", matrix.Error)
		e.Settled, e.Observed, e.Hint = matrix.Missing, why, "it will not be followed: "+lift
		f.out.add(e)
		return
	}
	if !r.crosses() {
		return // nothing but the gate governs it
	}
	resource, served := f.kind(groupOf(r.targetKind), r.targetKind)
	if !served {
		f.unserved(r, r.targetKind)
		return
	}
	if r.name != "" && !f.present(r, resource) {
		return
	}
	f.readable(r, resource)
	f.exception(r, resource)
}

// blocked says what of the controller's command line blocks r, and what lifts it; "" when nothing does.
func (f *follower) blocked(r reference) (why, lift string) {
	switch {
	case r.crosses() && r.flag && r.controller.flags.is(flagNoCrossNamespaceRefs, false):
		return "--" + flagNoCrossNamespaceRefs + " is set on " + r.controller.String(), "move the objects into one namespace, or lift the block"
	case r.gated() && !r.controller.flags.gates[gateExternalArtifact]:
		return "the feature gate " + gateExternalArtifact + " is off on " + r.controller.String(),
			"set --feature-gates=" + gateExternalArtifact + "=true on " + r.controller.String() + ", or refer to another kind of source"
	}
	return "", ""
}

// asItself is a reference that no identity but the account's own follows.
func (f *follower) asItself(r reference) {
	work := effective(r.from, r.controller)
	if work.remote {
		f.out.gap(fmt.Sprintf("%s of %s", r.path, r.from), "spec.kubeConfig: the namespace is one of another cluster")
		return
	}
	e := r.expectation("FP601", matrix.Info)
	e.Subject, e.Settled = work.account, matrix.Pass
	e.Observed = "followed as " + work.account.String() + "; what it needs there is asked in section tenants"
	if r.kind == "ArtifactGenerator" {
		e.Observed = "the controller asks whether the account that the object names may write there"
	}
	f.out.add(e)
}

func (f *follower) unserved(r reference, kind string) {
	if why := f.failed[groupOf(kind)]; why != "" {
		f.out.gap(fmt.Sprintf("%s of %s", r.path, r.from), "discovery of the target's API group failed: "+why)
		return
	}
	f.broken(r, "the kind "+kind+" is not served")
}

// present says whether the target exists and lets the reference in; where not, or where that is not
// known, the finding is made here.
func (f *follower) present(r reference, resource Resource) bool {
	target, exists := f.objects[entry{r.namespace, r.name, resource.Group, r.targetKind}]
	unread := f.unread(resource.Group, resource.Resource)
	if !exists && unread == "" {
		f.broken(r, r.to()+" does not exist")
		return false
	}
	if !r.accessFrom {
		return true
	}
	e := r.expectation("FP603", matrix.Error)
	namespace, known := f.namespace[r.from.Namespace]
	switch {
	case !exists:
		e.Settled, e.Observed = matrix.Undetermined, "the target could not be read: "+unread
	case !known:
		e.Settled, e.Observed = matrix.Undetermined, "the labels of the namespace could not be read: "+f.Unread["namespaces"]
	}
	if e.Settled != "" {
		f.out.add(e)
		return false
	}
	if admitted := admits(target, namespace.Labels); !admitted.allowed {
		e.Settled, e.Observed = matrix.Missing, admitted.why
		e.Hint = "add a selector with matchLabels of namespace " + r.from.Namespace + " to spec.accessFrom"
		f.out.add(e)
		return false
	}
	return true
}

// broken is a target that is not there.
func (f *follower) broken(r reference, observed string) {
	e := r.failing()
	e.Settled, e.Observed, e.Hint = matrix.Missing, observed, "correct the reference, or create its target"
	f.out.add(e)
}

// failing starts an FP605, which is a warning where the object is ready all the same.
func (r reference) failing() matrix.Expectation {
	if r.optional {
		return r.expectation("FP605", matrix.Warning)
	}
	return r.expectation("FP605", matrix.Error)
}

// readable asks whether the controller may do with such targets what the reference wants of it.
func (f *follower) readable(r reference, resource Resource) {
	switch {
	case r.keeps != "":
		f.keepable(r)
	case r.byLabels && !r.matchLabels:
		// An event tells kind, namespace and name of its object: nothing is read to compare them
		// (notification-controller internal/server/event_handlers.go@v1.9).
	default:
		f.ask(r, resource, verbOf(r), r.name)
	}
}

// keepable asks for the rights on what the controller keeps beside the target: helm-controller applies a
// HelmChart in the namespace of the chart's source and deletes it again, and leaves the source to
// source-controller (helm-controller internal/reconcile/helmchart_template.go@v1.6.3).
func (f *follower) keepable(r reference) {
	resource, served := f.kind(groupOf(r.keeps), r.keeps)
	if !served {
		f.unserved(r, r.keeps)
		return
	}
	for _, verb := range [...]string{"get", "create", "patch", "delete"} {
		f.ask(r, resource, verb, r.from.Namespace+"-"+r.from.Name)
	}
}

// ask asks for a right of the controller, once for a resource and namespace.
func (f *follower) ask(r reference, resource Resource, verb, name string) {
	ways := rights(r.controller.account(), resource, verb, r.namespace, name)
	if f.asked[ways[0][0]] {
		return
	}
	f.asked[ways[0][0]] = true
	e := r.failing()
	e.Ways, e.Want, e.Hint = ways, matrix.Allow, "grant it to the controller: without it the reference is not followed"
	f.out.add(e)
}

func verbOf(r reference) string {
	if r.verb != "" {
		return r.verb
	}
	return "get"
}

// groupOf is the API group of a kind that a reference can name.
func groupOf(kind string) string {
	switch kind {
	case "Kustomization":
		return kustomizeGroup
	case "HelmRelease":
		return helmGroup
	case "ImageRepository", "ImagePolicy", "ImageUpdateAutomation":
		return "image.toolkit.fluxcd.io"
	case "Alert", "Provider", "Receiver":
		return "notification.toolkit.fluxcd.io"
	case "ArtifactGenerator":
		return "source.extensions.fluxcd.io"
	case "ResourceSet", "ResourceSetInputProvider", "FluxInstance":
		return "fluxcd.controlplane.io"
	}
	return sourceGroup
}
