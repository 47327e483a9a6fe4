// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// gateExternalArtifact lets kustomize- and helm-controller use ExternalArtifacts, of whatever namespace
// (Flux 2.7 and later, off by default).
const gateExternalArtifact = "ExternalArtifact"

// crossReference is a field of a Flux kind that can name another namespace, and what governs it.
type crossReference struct {
	group, kind string // of the object with the field
	field       string // the reference, in a list with []; or the namespace itself
	target      string // the kind it refers to where the reference does not say
	verb        string // what the controller does with the target; get when empty
	flag        bool   // --no-cross-namespace-refs of the controller blocks it
	gate        bool   // an ExternalArtifact is refused without its feature gate
	accessFrom  bool   // the target's spec.accessFrom must admit it
	asAccount   bool   // followed as the account that does the work, within its own rights
	optional    bool   // the object is ready without the target
	byLabels    bool   // the controller reads the target only where the reference has matchLabels
	keeps       string // a kind that the controller keeps in the target's namespace; it does not read the target then
	consequence string // what else follows from it
}

// crossReferences are the fields of Flux v2.9.5, read in its controllers and API modules; the last
// one is of v2.10.
var crossReferences = []crossReference{
	{group: kustomizeGroup, kind: "Kustomization", field: "spec.sourceRef", flag: true, gate: true},
	{group: kustomizeGroup, kind: "Kustomization", field: "spec.dependsOn[]", target: "Kustomization"},
	{group: kustomizeGroup, kind: "Kustomization", field: "spec.targetNamespace", asAccount: true},
	{group: kustomizeGroup, kind: "Kustomization", field: "spec.healthChecks[]", asAccount: true},
	{group: helmGroup, kind: "HelmRelease", field: "spec.chart.spec.sourceRef", flag: true, keeps: "HelmChart", consequence: "a HelmChart is created in that namespace"},
	{group: helmGroup, kind: "HelmRelease", field: "spec.chartRef", flag: true, gate: true},
	{group: helmGroup, kind: "HelmRelease", field: "spec.dependsOn[]", target: "HelmRelease"},
	{group: helmGroup, kind: "HelmRelease", field: "spec.targetNamespace", asAccount: true},
	{group: helmGroup, kind: "HelmRelease", field: "spec.storageNamespace", asAccount: true},
	{group: "notification.toolkit.fluxcd.io", kind: "Alert", field: "spec.eventSources[]", flag: true, optional: true, byLabels: true},
	{group: "notification.toolkit.fluxcd.io", kind: "Receiver", field: "spec.resources[]", verb: "patch", flag: true, optional: true, consequence: "the controller patches an annotation of it"},
	{group: "image.toolkit.fluxcd.io", kind: "ImagePolicy", field: "spec.imageRepositoryRef", target: "ImageRepository", flag: true, accessFrom: true},
	{group: "image.toolkit.fluxcd.io", kind: "ImageUpdateAutomation", field: "spec.sourceRef", target: "GitRepository", flag: true, consequence: "it pushes with the credentials of that namespace"},
	{group: "source.extensions.fluxcd.io", kind: "ArtifactGenerator", field: "spec.sources[]", flag: true, consequence: "its content is copied into an artifact of this namespace"},
	{group: "source.extensions.fluxcd.io", kind: "ArtifactGenerator", field: "spec.artifacts[]", asAccount: true},
}

// reference is one use of a crossReference.
type reference struct {
	crossReference
	from            Object
	path            string
	namespace, name string // of the target; name is "" for any
	targetKind      string
	readyExpr       bool
	matchLabels     bool
	controller      *deployment
}

// crosses says whether the reference leaves the namespace of its object.
func (r reference) crosses() bool { return r.namespace != r.from.Namespace }

// gated says whether a feature gate can block the reference, within its namespace too.
func (r reference) gated() bool { return r.gate && r.targetKind == "ExternalArtifact" }

func (r reference) to() string {
	if r.targetKind == "" {
		return "Namespace " + r.namespace
	}
	name := r.name
	if name == "" {
		name = "*"
	}
	return r.targetKind + " " + r.namespace + "/" + name
}

// because says from where to where, who follows it, and what governs it.
func (r reference) because() string {
	governed := "nothing governs it"
	switch {
	case !r.crosses():
		governed = "the feature gate " + gateExternalArtifact + " of " + r.controller.String() + " governs it"
	case r.asAccount:
		governed = "the rights of the account govern it"
	case r.accessFrom:
		governed = "spec.accessFrom of the target and --" + flagNoCrossNamespaceRefs + " of " + r.controller.String() + " govern it"
	case r.flag:
		governed = "--" + flagNoCrossNamespaceRefs + " of " + r.controller.String() + " governs it"
	}
	s := fmt.Sprintf("%s refers to %s by %s, followed by %s; %s", r.from, r.to(), r.path, r.controller.account(), governed)
	if r.consequence != "" {
		s += "; " + r.consequence
	}
	if r.readyExpr {
		s += "; its readyExpr reads the other's spec and status"
	}
	return s
}

// expectation starts a finding about r.
func (r reference) expectation(code string, severity matrix.Severity) matrix.Expectation {
	return matrix.Expectation{
		Code: code, Subject: r.controller.account(), Severity: severity, Because: r.because(), Origin: r.from.origin(r.path),
	}
}

// references finds every reference of o that leaves its namespace, or that a feature gate can block.
func (v *view) references(o Object) []reference {
	var found []reference
	for _, c := range crossReferences {
		if c.kind != o.Kind || c.group != o.Group {
			continue
		}
		if namespace := text(o.Fields, c.field); namespace != "" {
			found = append(found, reference{crossReference: c, from: o, path: c.field, namespace: namespace})
			continue
		}
		for _, at := range each(o.Fields, c.field) {
			r := reference{crossReference: c, from: o, path: at.path, namespace: text(at.fields, "namespace"), name: text(at.fields, "name")}
			if r.name == "*" {
				r.name = ""
			}
			r.targetKind = text(at.fields, "kind")
			if r.targetKind == "" {
				r.targetKind = c.target
			}
			r.readyExpr = text(at.fields, "readyExpr") != ""
			r.matchLabels = field(at.fields, "matchLabels") != nil
			found = append(found, r)
		}
	}
	governed := found[:0]
	for _, r := range found {
		r.namespace = cmp.Or(r.namespace, o.Namespace)
		if (r.crosses() || r.gated()) && (v.shows(o.Namespace) || v.shows(r.namespace)) {
			r.controller = v.controller(o)
			governed = append(governed, r)
		}
	}
	return governed
}
