// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// tenant has a Kustomization and a HelmRelease in namespace apps, reconciled as apps/dev and apps/helm.
func tenant(t *testing.T) *fluxtest.Lab {
	t.Helper()
	l := fluxtest.New()
	l.AddNamespace("apps", nil)
	l.Account("apps", "dev", "dev")
	l.Account("apps", "helm", "dev")
	l.Object(t, "Kustomization", "apps", "web", `{spec: {serviceAccountName: dev}, status: {inventory: {entries: [
		{id: apps_web_apps_Deployment}, {id: apps_a__ConfigMap}, {id: apps_b__ConfigMap}, {id: apps_c__ConfigMap}, {id: apps_d__ConfigMap},
		{id: _x_admissionregistration.k8s.io_ValidatingWebhookConfiguration}]}}}`)
	l.Object(t, "HelmRelease", "apps", "db", `{spec: {serviceAccountName: helm}, status: {inventory: {entries: [{id: apps_db_apps_Deployment}]}}}`)
	return l
}

const rules = "rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]"

func TestWebhooks(t *testing.T) {
	const service = "clientConfig: {service: {namespace: guard, name: guard}}"
	tests := []struct {
		name, webhook string
		change        func(*testing.T, *fluxtest.Lab)
		want          []string
	}{
		{
			name: "dry-run is supported", webhook: "sideEffects: NoneOnDryRun, " + rules,
			want: []string{"pass error apps/dev sideEffects: sideEffects: NoneOnDryRun"},
		},
		{
			name: "dry-run is not supported", webhook: "sideEffects: Some, " + rules,
			want: []string{"missing error apps/dev sideEffects: webhook w does not support dry-run (sideEffects: Some), which Flux tries before it applies, so that every apply of what it matches fails"},
		},
		{
			name: "dry-run is not supported, and drift is detected", webhook: "sideEffects: Unknown, failurePolicy: Ignore, " + rules,
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Objects[1].Fields["spec"].(map[string]any)["driftDetection"] = map[string]any{"mode": "warn"}
			},
			want: []string{
				"missing error apps/dev sideEffects: webhook w does not support dry-run (sideEffects: Unknown), which Flux tries before it applies, so that every apply of what it matches fails",
				"missing error apps/helm sideEffects: webhook w does not support dry-run (sideEffects: Unknown), which Flux tries before it applies, so that every apply of what it matches fails",
			},
		},
		{
			name: "without side effects", webhook: rules,
			want: []string{"missing error apps/dev sideEffects: webhook w does not support dry-run (sideEffects: not set), which Flux tries before it applies, so that every apply of what it matches fails"},
		},
		{
			name: "without side effects, and failures are ignored", webhook: "failurePolicy: Ignore, " + rules,
			want: []string{"pass error apps/dev sideEffects: sideEffects are not set, and failurePolicy is Ignore"},
		},
		{
			name: "conditions decide", webhook: "sideEffects: Some, matchConditions: [{name: x, expression: 'true'}], " + rules,
			want: []string{"missing warning apps/dev sideEffects: webhook w does not support dry-run (sideEffects: Some), which Flux tries before it applies, so that an apply of what it matches can fail"},
		},
		{name: "without rules", webhook: "sideEffects: Some, rules: []"},
		{
			name: "webhooks are not asked about webhooks", webhook: "sideEffects: Some, " + strings.Replace(rules, "resources: ['*']", "resources: [validatingwebhookconfigurations]", 1),
		},
		{
			name: "the Service does not exist", webhook: "sideEffects: None, " + service + ", " + rules,
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Admission.Services = map[snapshot.ServiceName]bool{{Namespace: "guard", Name: "guard"}: false}
			},
			want: []string{
				"pass error apps/dev sideEffects: sideEffects: None",
				"missing error apps/dev clientConfig.service: webhook w calls Service guard/guard, which does not exist, and its failurePolicy is Fail, so that every apply of what it matches fails",
				"missing error apps/helm clientConfig.service: webhook w calls Service guard/guard, which does not exist, and its failurePolicy is Fail, so that every apply of what it matches fails",
			},
		},
		{
			name: "the Service does not exist, and failures are ignored", webhook: "sideEffects: None, failurePolicy: Ignore, " + service + ", " + rules,
			change: func(_ *testing.T, l *fluxtest.Lab) {
				l.Admission.Services = map[snapshot.ServiceName]bool{{Namespace: "guard", Name: "guard"}: false}
			},
			want: []string{"pass error apps/dev sideEffects: sideEffects: None"},
		},
		{
			name: "whether the Service exists is not known", webhook: "sideEffects: None, " + service + ", " + rules,
			want: []string{"pass error apps/dev sideEffects: sideEffects: None"},
		},
		{
			name: "another namespace is probed", webhook: "sideEffects: Some, " + rules,
			change: func(_ *testing.T, l *fluxtest.Lab) { l.Namespace = "other" },
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := tenant(t)
			if test.change != nil {
				test.change(t, l)
			}
			var c admissionv1.ValidatingWebhookConfiguration
			if err := yaml.Unmarshal([]byte("{metadata: {name: guard}, webhooks: [{name: w, "+test.webhook+"}]}"), &c); err != nil {
				t.Fatal(err)
			}
			l.Admission.Webhooks = snapshot.WebhooksOf(&c)
			var got []string
			found, gaps := Checks(l.Model(), checks.Options{})
			for _, c := range found {
				o, meta := c.(*matrix.Observed), c.Meta()
				got = append(got, string(o.Verdict)+" "+string(meta.Severity)+" "+meta.Subject.Get().String()+" "+
					strings.TrimPrefix(meta.Origin.Get().Field, "webhooks[w].")+": "+o.Evidence)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || len(gaps) > 0 {
				t.Errorf("gaps %v, checks (-want +got):\n%s", gaps, diff)
			}
		})
	}
}

// A check says who applies what, up to three objects of those that the webhook is asked about for certain.
func TestWebhookNames(t *testing.T) {
	l := tenant(t)
	var c admissionv1.MutatingWebhookConfiguration
	if err := yaml.Unmarshal([]byte("{metadata: {name: guard}, webhooks: [{name: w, sideEffects: None, "+rules+"}]}"), &c); err != nil {
		t.Fatal(err)
	}
	l.Admission.Webhooks = snapshot.MutatingWebhooksOf(&c)
	found, _ := Checks(l.Model(), checks.Options{})
	const want = "Flux applies Deployment apps/web, ConfigMap apps/a, ConfigMap apps/b and 2 more as apps/dev, about which the webhook is asked"
	if len(found) != 1 || found[0].Meta().Because != want || found[0].Meta().Origin.Get().Kind != "MutatingWebhookConfiguration" {
		t.Errorf("%+v", found[0].Meta())
	}
}

// What the caller is not allowed to list is said, where it is served, and leaves nothing open. A list that is broken does.
func TestUnreadGuards(t *testing.T) {
	l := tenant(t)
	const webhooks, policies = "mutatingwebhookconfigurations.admissionregistration.k8s.io", "validatingadmissionpolicies.admissionregistration.k8s.io"
	l.Admission.Unread = map[string]string{webhooks: "forbidden", policies: "broken", "validatingadmissionpolicybindings.admissionregistration.k8s.io": "not served here"}
	l.Admission.Forbidden = map[string]bool{webhooks: true}
	_, gaps := Checks(l.Model(), checks.Options{})
	want := []matrix.Gap{
		{What: "which webhooks refuse what Flux applies", Why: "forbidden", Kind: matrix.Chosen},
		{What: "which permissions admission policies demand", Why: "broken", Kind: matrix.Broken},
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}
