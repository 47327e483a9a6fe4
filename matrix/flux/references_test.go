// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// referenceRows are all fields that can name another namespace, each referring to shared/x.
var referenceRows = []struct {
	kind, field string // of the object
	controller  string
	fields      string
	target      string
	flag        bool   // the flag blocks it
	asked       string // of the controller: verbs of a resource in shared
}{
	{"Kustomization", "spec.sourceRef", "kustomize-controller", `{spec: {serviceAccountName: dev-team, sourceRef: {kind: GitRepository, namespace: shared, name: x}}}`, "GitRepository", true, "get gitrepositories"},
	{"Kustomization", "spec.dependsOn[0]", "kustomize-controller", `{spec: {serviceAccountName: dev-team, dependsOn: [{namespace: shared, name: x, readyExpr: "true"}]}}`, "Kustomization", false, "get kustomizations"},
	{"HelmRelease", "spec.chart.spec.sourceRef", "helm-controller", `{spec: {serviceAccountName: dev-team, chart: {spec: {sourceRef: {kind: HelmRepository, namespace: shared, name: x}}}}}`, "HelmRepository", true, "get,create,patch,delete helmcharts"},
	{"HelmRelease", "spec.chartRef", "helm-controller", `{spec: {serviceAccountName: dev-team, chartRef: {kind: OCIRepository, namespace: shared, name: x}}}`, "OCIRepository", true, "get ocirepositories"},
	{"HelmRelease", "spec.dependsOn[0]", "helm-controller", `{spec: {serviceAccountName: dev-team, dependsOn: [{namespace: shared, name: x}]}}`, "HelmRelease", false, "get helmreleases"},
	{"Alert", "spec.eventSources[1]", "notification-controller", `{spec: {eventSources: [{kind: Kustomization, name: own}, {kind: HelmRelease, namespace: shared, name: x}]}}`, "HelmRelease", true, ""},
	{"Receiver", "spec.resources[0]", "notification-controller", `{spec: {resources: [{kind: GitRepository, namespace: shared, name: x}]}}`, "GitRepository", true, "patch gitrepositories"},
	{"ImageUpdateAutomation", "spec.sourceRef", "image-automation-controller", `{spec: {sourceRef: {kind: GitRepository, namespace: shared, name: x}}}`, "GitRepository", true, "get gitrepositories"},
	{"ImagePolicy", "spec.imageRepositoryRef", "image-reflector-controller", `{spec: {imageRepositoryRef: {namespace: shared, name: x}}}`, "ImageRepository", true, "get imagerepositories"},
	{"ArtifactGenerator", "spec.sources[0]", "source-watcher", `{spec: {sources: [{alias: a, kind: Bucket, namespace: shared, name: x}]}}`, "Bucket", true, "get buckets"},
}

func referenceLab(t *testing.T, kind, fields, target string) *lab {
	l := newLab()
	l.namespace("apps", map[string]string{"team": "a"})
	l.namespace("shared", nil)
	l.account("apps", "dev-team", "dev-team")
	l.bind("apps", "gotk-reconciler", "cluster-admin", "apps/dev-team")
	l.object(t, kind, "apps", "from", fields)
	if target != "" {
		l.object(t, target, "shared", "x", `{spec: {accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}}`)
	}
	return l
}

func TestReferences(t *testing.T) {
	for _, row := range referenceRows {
		check := func(what string, o flux.Options, change func(*lab), want ...string) {
			t.Helper()
			l := referenceLab(t, row.kind, row.fields, row.target)
			change(l)
			var got []string
			for _, f := range l.probe(t, o) {
				if f.Origin.Name == "from" && f.Code[:3] == "FP6" && f.Verdict != "pass" {
					line := fmt.Sprintf("%s %s %s %s %s", f.Code, f.Verdict, f.Severity, f.Subject.Name, f.Origin.Field)
					if f.Code == "FP605" && f.Access != nil {
						line += ": " + f.Access.Verb + " " + f.Access.Resource
					}
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s, %s (-want +got):\n%s", row.kind, row.field, what, diff)
			}
		}
		nothing := func(*lab) {}
		check("followed", flux.Options{}, nothing, "FP601 exception info dev-team "+row.field)
		check("strictly", flux.Options{Strict: true}, nothing, "FP601 excess error dev-team "+row.field)
		check("allowed to the tenant", flux.Options{}, func(l *lab) {
			l.role("", "reads", "get,patch|*|*|x")
			l.bind("shared", "reads", "reads", "apps/dev-team")
		})
		check("another controller is locked down", flux.Options{}, func(l *lab) {
			other := "kustomize-controller"
			if row.controller == other {
				other = "helm-controller"
			}
			l.args(other, "--no-cross-namespace-refs")
		}, forgotten(row.flag && row.kind != "ImagePolicy")+" dev-team "+row.field)
		blocked := "FP601 exception info dev-team " + row.field
		if row.flag {
			blocked = "FP602 missing error " + row.controller + " " + row.field
		}
		check("blocked", flux.Options{}, func(l *lab) { l.args(row.controller, "--no-cross-namespace-refs=true") }, blocked)
		severity := "error"
		if row.kind == "Alert" || row.kind == "Receiver" {
			severity = "warning"
		}
		absent := "FP605 missing " + severity + " " + row.controller + " " + row.field
		check("no target", flux.Options{}, func(l *lab) { l.Objects = l.Objects[:1] }, absent)
		var unreadable []string
		if verbs, resource, ok := strings.Cut(row.asked, " "); ok {
			for verb := range strings.SplitSeq(verbs, ",") {
				unreadable = append(unreadable, fmt.Sprintf("FP605 missing %s %s %s: %s %s", severity, row.controller, row.field, verb, resource))
			}
		}
		check("unreadable", flux.Options{}, withoutClusterRoles, append(unreadable, "FP601 exception info dev-team "+row.field)...)
	}
}

func withoutClusterRoles(l *lab) {
	l.Bindings = slices.DeleteFunc(l.Bindings, func(b flux.Binding) bool { return b.Namespace == "" })
}

// A controller reads what it needs to: an Alert's object for its labels only, and no chart's source, whose
// HelmChart it must be able to keep; the right on that name suffices.
func TestReferencesAsk(t *testing.T) {
	l := referenceLab(t, "Alert", `{spec: {eventSources: [{kind: Bucket, namespace: shared, name: "*", matchLabels: {}}]}}`, "Bucket")
	withoutClusterRoles(l)
	want := []string{"FP605 missing warning flux-system/notification-controller get buckets.source.toolkit.fluxcd.io in shared"}
	if diff := cmp.Diff(want, failures(l.probe(t, flux.Options{}), "FP605")); diff != "" {
		t.Error("an Alert with matchLabels (-want +got):\n" + diff)
	}
	l = referenceLab(t, referenceRows[2].kind, referenceRows[2].fields, referenceRows[2].target)
	withoutClusterRoles(l)
	l.role("shared", "chart", "get,create,patch,delete|source.toolkit.fluxcd.io|helmcharts|apps-from")
	l.bind("shared", "chart", ".chart", "flux-system/helm-controller")
	if got := failures(l.probe(t, flux.Options{}), "FP605"); got != nil {
		t.Errorf("a HelmRelease whose HelmChart may be kept: %q", got)
	}
}

func forgotten(flag bool) string {
	if flag {
		return "FP601 excess error"
	}
	return "FP601 exception info"
}

func TestAccessFrom(t *testing.T) {
	row := referenceRows[8]
	tests := []struct {
		name, spec string
		change     func(*lab)
		want       []string
	}{
		{name: "admitted", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`, want: []string{"FP601 exception"}},
		{name: "nobody is", spec: `{}`, want: []string{"FP603 missing"}},
		{name: "others are", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: b}}]}}`, want: []string{"FP603 missing"}},
		{name: "all are", spec: `{accessFrom: {namespaceSelectors: [{}]}}`, want: []string{"FP601 exception", "FP604 excess"}},
		{
			name: "labels are not known", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`, want: []string{"FP603 undetermined"},
			change: func(l *lab) {
				l.Namespaces, l.Unread = nil, map[string]string{"namespaces": "forbidden"}
			},
		},
	}
	for _, test := range tests {
		l := referenceLab(t, row.kind, row.fields, "")
		l.object(t, "ImageRepository", "shared", "x", "{spec: "+test.spec+"}")
		if test.change != nil {
			test.change(l)
		}
		var got []string
		for _, f := range l.probe(t, flux.Options{}) {
			if f.Code[:3] == "FP6" && f.Verdict != "pass" {
				got = append(got, f.Code+" "+string(f.Verdict))
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// References that are followed as the account itself are its own right, and no exception; those
// within the namespace are no references of this section.
func TestReferencesAsAccount(t *testing.T) {
	for kind, fields := range map[string]string{
		"Kustomization": `{spec: {serviceAccountName: dev-team, targetNamespace: shared, sourceRef: {kind: GitRepository, namespace: apps, name: x}, healthChecks: [{kind: Deployment, apiVersion: apps/v1, namespace: shared, name: x}]}}`,
		"HelmRelease":   `{spec: {serviceAccountName: dev-team, targetNamespace: shared, storageNamespace: shared}}`,
	} {
		l := referenceLab(t, kind, fields, "")
		var got []string
		for _, f := range l.probe(t, flux.Options{}) {
			if f.Code[:3] == "FP6" {
				got = append(got, f.Code+" "+string(f.Verdict)+" "+f.Subject.String())
			}
		}
		want := []string{"FP601 pass apps/dev-team", "FP601 pass apps/dev-team"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

// Where nobody's rights can be compared, the reference is an exception all the same; of the
// platform's own objects it is none.
func TestReferencesWithoutTenant(t *testing.T) {
	row := referenceRows[5]
	for namespace, want := range map[string]string{"elsewhere": "exception", "flux-system": "pass"} {
		l := newLab()
		l.object(t, row.kind, namespace, "from", row.fields)
		l.object(t, row.target, "shared", "x", `{}`)
		for _, f := range l.probe(t, flux.Options{}) {
			if f.Code == "FP601" && (string(f.Verdict) != want || f.Observed == "") {
				t.Errorf("in %s: %s, observed %q; want %s", namespace, f.Verdict, f.Observed, want)
			}
		}
	}
}

// Without its feature gate an ExternalArtifact is refused in the namespace of the object too; with it,
// nothing else is asked about there.
func TestExternalArtifactGate(t *testing.T) {
	const gate = "--feature-gates=ExternalArtifact=true"
	for _, row := range []struct{ kind, controller, field, fields string }{
		{"Kustomization", "kustomize-controller", "spec.sourceRef", `{spec: {serviceAccountName: dev-team, sourceRef: {kind: ExternalArtifact, %s name: x}}}`},
		{"HelmRelease", "helm-controller", "spec.chartRef", `{spec: {serviceAccountName: dev-team, chartRef: {kind: ExternalArtifact, %s name: x}}}`},
	} {
		off := []string{fmt.Sprintf("FP602 missing error flux-system/%s %s apps/from %s", row.controller, row.kind, row.field)}
		other := []string{"FP601 exception info apps/dev-team get externalartifacts.source.toolkit.fluxcd.io in shared"}
		for _, test := range []struct {
			namespace string
			args      []string
			want      []string
		}{
			{"", nil, off},
			{"namespace: apps,", nil, off},
			{"", []string{gate, "--no-cross-namespace-refs"}, nil},
			{"namespace: shared,", nil, off},
			{"namespace: shared,", []string{gate}, other},
		} {
			l := referenceLab(t, row.kind, fmt.Sprintf(row.fields, test.namespace), "ExternalArtifact")
			l.args(row.controller, test.args...)
			if diff := cmp.Diff(test.want, failures(l.probe(t, flux.Options{}), "FP6")); diff != "" {
				t.Errorf("%s {%s} %q (-want +got):\n%s", row.kind, test.namespace, test.args, diff)
			}
		}
	}
}
