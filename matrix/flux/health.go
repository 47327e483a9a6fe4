// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// readsHealth is FP403: the reads of health checks, which are done as the account. A refused one is
// no clear error: the status stays unknown until the check times out.
func (v *view) readsHealth(r reconciliation, entries []entry, out *derived) {
	watched, field := waitsFor(r.Object, entries)
	seen := map[matrix.Attributes]bool{}
	ask := func(resource Resource, verb string, e entry, name string) {
		attributes := resource.access(verb, e.Namespace, name)
		if seen[attributes] {
			return
		}
		seen[attributes] = true
		ways := rights(r.account, resource, verb, e.Namespace, name)
		x := v.need(r, "FP403", ways, fmt.Sprintf("%s waits for %s, whose health is read from it", r.Object, e))
		x.Severity, x.Origin = matrix.Warning, r.origin(field)
		out.add(x)
	}
	for _, e := range watched {
		if field == "spec.healthChecks" {
			if resource, ok := v.kind(e.Group, e.Kind); ok {
				ask(resource, "get", e, e.Name)
			} else {
				out.gap(e.String()+" of "+r.String(), v.notServed(e))
			}
		}
		for _, part := range healthParts(e) {
			if resource, ok := v.resource(part.group, part.name, ""); ok {
				ask(resource, "list", e, "")
			}
		}
	}
}

// healthParts are the resources that are listed to tell the health of an object (fluxcd/cli-utils
// pkg/kstatus/polling/statusreaders@v1.2.3).
func healthParts(e entry) []resourceKey {
	pods, replicaSets := resourceKey{"", "pods", ""}, resourceKey{"apps", "replicasets", ""}
	switch {
	case e.Group != "apps":
		return nil
	case e.Kind == "Deployment":
		return []resourceKey{replicaSets, pods}
	case e.Kind == "StatefulSet", e.Kind == "ReplicaSet":
		return []resourceKey{pods}
	}
	return nil
}

// waitsFor is what o waits for, and the field that says so: everything it applied, or the objects
// that spec.healthChecks names.
func waitsFor(o Object, entries []entry) ([]entry, string) {
	switch o.Kind {
	case "HelmRelease":
		if truth(o.Fields, "spec.install.disableWait") && truth(o.Fields, "spec.upgrade.disableWait") {
			return nil, ""
		}
		return entries, "spec.install.disableWait"
	case "Kustomization":
		if truth(o.Fields, "spec.wait") {
			return entries, "spec.wait"
		}
		var checked []entry
		for _, check := range each(o.Fields, "spec.healthChecks[]") {
			group, _, ok := strings.Cut(text(check.fields, "apiVersion"), "/")
			if !ok {
				group = ""
			}
			checked = append(checked, entry{
				Namespace: text(check.fields, "namespace"), Name: text(check.fields, "name"), Group: group, Kind: text(check.fields, "kind"),
			})
		}
		return checked, "spec.healthChecks"
	}
	return nil, ""
}
