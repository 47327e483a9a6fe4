// SPDX-License-Identifier: Apache-2.0

package references_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/references"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe/rbac"
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
	{"HelmRelease", "spec.chart.spec.sourceRef", "helm-controller", `{spec: {serviceAccountName: dev-team, chart: {spec: {sourceRef: {kind: HelmRepository, namespace: shared, name: x}}}}}`, "HelmRepository", true, "get,patch,create,delete helmcharts"},
	{"HelmRelease", "spec.chartRef", "helm-controller", `{spec: {serviceAccountName: dev-team, chartRef: {kind: OCIRepository, namespace: shared, name: x}}}`, "OCIRepository", true, "get ocirepositories"},
	{"HelmRelease", "spec.dependsOn[0]", "helm-controller", `{spec: {serviceAccountName: dev-team, dependsOn: [{namespace: shared, name: x}]}}`, "HelmRelease", false, "get helmreleases"},
	{"Alert", "spec.eventSources[1]", "notification-controller", `{spec: {eventSources: [{kind: Kustomization, name: own}, {kind: HelmRelease, namespace: shared, name: x}]}}`, "HelmRelease", true, ""},
	{"Receiver", "spec.resources[0]", "notification-controller", `{spec: {resources: [{kind: GitRepository, namespace: shared, name: x}]}}`, "GitRepository", true, "patch gitrepositories"},
	{"ImageUpdateAutomation", "spec.sourceRef", "image-automation-controller", `{spec: {sourceRef: {kind: GitRepository, namespace: shared, name: x}}}`, "GitRepository", true, "get gitrepositories"},
	{"ImagePolicy", "spec.imageRepositoryRef", "image-reflector-controller", `{spec: {imageRepositoryRef: {namespace: shared, name: x}}}`, "ImageRepository", true, "get imagerepositories"},
	{"ArtifactGenerator", "spec.sources[0]", "source-watcher", `{spec: {sources: [{alias: a, kind: Bucket, namespace: shared, name: x}]}}`, "Bucket", true, "get buckets"},
}

func referenceLab(t *testing.T, kind, fields, target string) *fluxtest.Lab {
	l := fluxtest.New()
	l.AddNamespace("apps", map[string]string{"team": "a"})
	l.AddNamespace("shared", nil)
	l.Account("apps", "dev-team", "dev-team")
	l.Bind("apps", "gotk-reconciler", "cluster-admin", "apps/dev-team")
	l.Object(t, kind, "apps", "from", fields)
	if target != "" {
		spec := "{}"
		if target == "ImageRepository" {
			spec = "{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}"
		}
		l.Object(t, target, "shared", "x", "{spec: "+spec+"}")
	}
	return l
}

func TestReferences(t *testing.T) {
	for _, row := range referenceRows {
		check := func(what string, o checks.Options, change func(*fluxtest.Lab), want ...string) {
			t.Helper()
			l := referenceLab(t, row.kind, row.fields, row.target)
			change(l)
			var got []string
			for _, f := range l.Findings(t, o, references.Checks) {
				if f.Origin.Get().Name == "from" && f.Code[:3] == "FP6" && f.Verdict != "pass" {
					line := fmt.Sprintf("%s %s %s %s %s", f.Code, f.Verdict, f.Severity, f.Subject.Name, f.Origin.Get().Field)
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
		nothing := func(*fluxtest.Lab) {}
		check("followed", checks.Options{}, nothing, "FP601 exception info dev-team "+row.field)
		check("strictly", checks.Options{Strict: true}, nothing, "FP601 excess error dev-team "+row.field)
		check("allowed to the tenant", checks.Options{}, func(l *fluxtest.Lab) {
			l.Role("", "reads", "get,patch|*|*|x")
			l.Bind("shared", "reads", "reads", "apps/dev-team")
		})
		check("another controller is locked down", checks.Options{}, func(l *fluxtest.Lab) {
			other := "kustomize-controller"
			if row.controller == other {
				other = "helm-controller"
			}
			l.Args(other, "--no-cross-namespace-refs")
		}, forgotten(row.flag && row.kind != "ImagePolicy")+" dev-team "+row.field)
		blocked := "FP601 exception info dev-team " + row.field
		if row.flag {
			blocked = "FP602 missing error " + row.controller + " " + row.field
		}
		check("blocked", checks.Options{}, func(l *fluxtest.Lab) { l.Args(row.controller, "--no-cross-namespace-refs=true") }, blocked)
		severity := "error"
		if row.kind == "Alert" || row.kind == "Receiver" {
			severity = "warning"
		}
		absent := "FP605 missing " + severity + " " + row.controller + " " + row.field
		check("no target", checks.Options{}, func(l *fluxtest.Lab) { l.Objects = l.Objects[:1] }, absent)
		var unreadable []string
		if verbs, resource, ok := strings.Cut(row.asked, " "); ok {
			for verb := range strings.SplitSeq(verbs, ",") {
				unreadable = append(unreadable, fmt.Sprintf("FP605 missing %s %s %s: %s %s", severity, row.controller, row.field, verb, resource))
			}
		}
		check("unreadable", checks.Options{}, withoutClusterRoles, append(unreadable, "FP601 exception info dev-team "+row.field)...)
	}
}

func withoutClusterRoles(l *fluxtest.Lab) {
	l.Bindings = slices.DeleteFunc(l.Bindings, func(b rbac.Binding) bool { return b.Namespace == "" })
}

// A controller reads only what it needs: the object of an Alert for its labels only, and not the source of a chart,
// whose HelmChart it must be able to keep; the permission on that name is enough.
func TestReferencesAsk(t *testing.T) {
	l := referenceLab(t, "Alert", `{spec: {eventSources: [{kind: Bucket, namespace: shared, name: "*", matchLabels: {}}]}}`, "Bucket")
	withoutClusterRoles(l)
	want := []string{"FP605 missing warning flux-system/notification-controller get buckets.source.toolkit.fluxcd.io in shared"}
	if diff := cmp.Diff(want, fluxtest.Failures(l.Findings(t, checks.Options{}, references.Checks), "FP605")); diff != "" {
		t.Error("an Alert with matchLabels (-want +got):\n" + diff)
	}
	l = referenceLab(t, referenceRows[2].kind, referenceRows[2].fields, referenceRows[2].target)
	withoutClusterRoles(l)
	l.Role("shared", "chart", "get,create,patch,delete|source.toolkit.fluxcd.io|helmcharts|apps-from")
	l.Bind("shared", "chart", ".chart", "flux-system/helm-controller")
	if got := fluxtest.Failures(l.Findings(t, checks.Options{}, references.Checks), "FP605"); got != nil {
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
		change     func(*fluxtest.Lab)
		want       []string
	}{
		{name: "admitted", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`, want: []string{"FP601 exception"}},
		{name: "no namespace is", spec: `{}`, want: []string{"FP603 missing"}},
		{name: "others are", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: b}}]}}`, want: []string{"FP603 missing"}},
		{name: "all are", spec: `{accessFrom: {namespaceSelectors: [{}]}}`, want: []string{"FP601 exception", "FP604 excess"}},
		{
			name: "labels are not known", spec: `{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`, want: []string{"FP603 undetermined"},
			change: func(l *fluxtest.Lab) {
				l.Namespaces, l.Unread = nil, map[string]string{"namespaces": "forbidden"}
			},
		},
	}
	for _, test := range tests {
		l := referenceLab(t, row.kind, row.fields, "")
		l.Object(t, "ImageRepository", "shared", "x", "{spec: "+test.spec+"}")
		if test.change != nil {
			test.change(l)
		}
		var got []string
		for _, f := range l.Findings(t, checks.Options{}, references.Checks) {
			if f.Code[:3] == "FP6" && f.Verdict != "pass" {
				got = append(got, f.Code+" "+string(f.Verdict))
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// References that are followed as the account itself are not exceptions; those in the same namespace are not references
// of this section.
func TestReferencesAsAccount(t *testing.T) {
	for kind, fields := range map[string]string{
		"Kustomization": `{spec: {serviceAccountName: dev-team, targetNamespace: shared, sourceRef: {kind: GitRepository, namespace: apps, name: x}, healthChecks: [{kind: Deployment, apiVersion: apps/v1, namespace: shared, name: x}]}}`,
		"HelmRelease":   `{spec: {serviceAccountName: dev-team, targetNamespace: shared, storageNamespace: shared}}`,
	} {
		l := referenceLab(t, kind, fields, "")
		var got []string
		for _, f := range l.Findings(t, checks.Options{}, references.Checks) {
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

// If there is no account to compare the reference with, it is an exception all the same, but not if the object is the
// platform's own.
func TestReferencesWithoutTenant(t *testing.T) {
	row := referenceRows[5]
	for namespace, want := range map[string]string{"elsewhere": "exception", "flux-system": "pass"} {
		l := fluxtest.New()
		l.Object(t, row.kind, namespace, "from", row.fields)
		l.Object(t, row.target, "shared", "x", `{}`)
		for _, f := range l.Findings(t, checks.Options{}, references.Checks) {
			if f.Code == "FP601" && (string(f.Verdict) != want || f.Observed == "") {
				t.Errorf("in %s: %s, observed %q; want %s", namespace, f.Verdict, f.Observed, want)
			}
		}
	}
}

// Without its feature gate an ExternalArtifact is refused in the namespace of the object too; with the gate nothing else
// is asked there.
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
			l.Args(row.controller, test.args...)
			if diff := cmp.Diff(test.want, fluxtest.Failures(l.Findings(t, checks.Options{}, references.Checks), "FP6")); diff != "" {
				t.Errorf("%s {%s} %q (-want +got):\n%s", row.kind, test.namespace, test.args, diff)
			}
		}
	}
}

// A field that the release of the controller does not have yet is not a reference.
func TestReferencesOfRelease(t *testing.T) {
	const fields = `{spec: {serviceAccountName: dev-team, artifacts: [{name: a, namespace: shared}]}}`
	for version, want := range map[string]int{"v2.9.5": 0, "v2.10.0": 1, "": 1} {
		l := referenceLab(t, "ArtifactGenerator", fields, "")
		l.Installs[0].Version = version
		found, _ := references.Checks(l.Model(), checks.Options{})
		if len(found) != want {
			t.Errorf("Flux %q: %d checks about spec.artifacts, want %d", version, len(found), want)
		}
	}
}

// Flux ignores accessFrom of a HelmRepository, whose author does not expect that.
func TestAccessFromWithoutEffect(t *testing.T) {
	for spec, want := range map[string]int{
		`{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`: 1, `{accessFrom: {}}`: 1, `{url: "https://example.com"}`: 0,
	} {
		l := fluxtest.Tenant(t)
		l.Object(t, "HelmRepository", "shared", "x", "{spec: "+spec+"}")
		got := fluxtest.Failures(l.Findings(t, checks.Options{}, references.Checks), "FP606")
		if len(got) != want || want > 0 && got[0] != "FP606 excess warning flux-system/source-controller HelmRepository shared/x spec.accessFrom" {
			t.Errorf("%s: %q", spec, got)
		}
	}
}
