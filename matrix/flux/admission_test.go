// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

// Conditions of objects that failed are read for refusals by guards, each guard of an object once.
func TestRefusedByGuards(t *testing.T) {
	const policy = `Deployment/apps/web dry-run failed (Invalid): deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`
	condition := func(kind, status, message string) string {
		return fmt.Sprintf(`{type: %s, status: "%s", message: "%s"}`, kind, status, message)
	}
	object := func(spec string, conditions ...string) string {
		all := ""
		for _, c := range conditions {
			all += c + ","
		}
		return "{spec: {" + spec + "}, status: {conditions: [" + all + "]}}"
	}
	const team = "serviceAccountName: dev-team"
	for name, tc := range map[string]struct {
		object string
		want   []string // account, evidence, why, and who decided
		gaps   int
	}{
		"ready":        {object: object(team, condition("Ready", "True", policy))},
		"not Ready":    {object: object(team, condition("Released", "False", policy))},
		"another text": {object: object(team, condition("Ready", "False", "no"))},
		"refused": {object: object(team, condition("Ready", "False", policy), condition("Stalled", "True", policy)),
			want: []string{"apps/dev-team|ValidatingAdmissionPolicy p (binding b) refused it: no|Kustomization apps/x applies Deployment apps/web|ValidatingAdmissionPolicy p"}},
		"stalled": {object: object(team, condition("Ready", "Unknown", ""), condition("Stalled", "True", policy)),
			want: []string{"apps/dev-team|ValidatingAdmissionPolicy p (binding b) refused it: no|Kustomization apps/x applies Deployment apps/web|ValidatingAdmissionPolicy p"}},
		"twice by one": {object: object(team, condition("Ready", "False", policy+` one\n`+policy+" two")),
			want: []string{"apps/dev-team|ValidatingAdmissionPolicy p (binding b) refused it: no one|Kustomization apps/x applies Deployment apps/web|ValidatingAdmissionPolicy p"}},
		"by two": {object: object(team, condition("Ready", "False", `Pod/apps/y dry-run failed: admission webhook \"a.io\" denied the request: no\nPod/apps/z dry-run failed: admission webhook \"b.io\" does not support dry run`)),
			want: []string{
				"apps/dev-team|webhook a.io refused it: no|Kustomization apps/x reports in status.conditions[Ready] that this was refused|webhook a.io",
				"apps/dev-team|webhook b.io does not support dry run|Kustomization apps/x reports in status.conditions[Ready] that this was refused|webhook b.io",
			}},
		"a quota": {object: object(team, condition("Ready", "False", `Pod/apps/y dry-run failed: pods \"y\" is forbidden: exceeded quota: q, requested: pods=1`)),
			want: []string{"apps/dev-team|ResourceQuota q refused it: exceeded quota: q, requested: pods=1|Kustomization apps/x applies Pod apps/y|ResourceQuota apps/q"}},
		"PodSecurity": {object: object(team, condition("Ready", "False", `Pod/apps/y dry-run failed: pods \"y\" is forbidden: violates PodSecurity \"baseline:latest\": no`)),
			want: []string{`apps/dev-team|PodSecurity "baseline:latest" refused it: no|Kustomization apps/x applies Pod apps/y|Namespace apps metadata.labels[pod-security.kubernetes.io/enforce]`}},
		"a guard without a name": {object: object(team, condition("Ready", "False", `Pod/apps/y dry-run failed: Pod \"y\" is invalid: spec: no`)),
			want: []string{"apps/dev-team|the API server found it invalid: spec: no|Kustomization apps/x applies Pod apps/y|Kustomization apps/x status.conditions[Ready]"}},
		"another cluster": {object: object("kubeConfig: {secretRef: {name: x}}", condition("Ready", "False", policy)), gaps: 1},
		"RBAC":            {object: object(team, condition("Ready", "False", `pods \"x\" is forbidden: User \"a\" cannot get resource \"pods\" in API group \"\" in the namespace \"apps\"`))},
	} {
		t.Run(name, func(t *testing.T) {
			l := fluxtest.Tenant(t)
			l.Object(t, "Kustomization", "apps", "x", tc.object)
			m := flux.Derive(l.Model(), flux.Options{})
			var got []string
			for _, c := range m.Checks {
				if o, ok := c.(*matrix.Observed); ok && c.Meta().Code == "FP411" {
					by := o.By.String()
					if o.By.Field != "" {
						by += " " + o.By.Field
					}
					got = append(got, o.Subject.Get().String()+"|"+o.Evidence+"|"+o.Because+"|"+by)
					if o.Hint == "" || o.Verdict != matrix.Missing || o.Severity != matrix.Error || o.Section != "admission" {
						t.Errorf("%+v", o)
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error("checks (-want +got):\n" + diff)
			}
			gaps := 0
			for _, g := range m.NotAsked {
				if g.Section == "admission" {
					gaps++
				}
			}
			if gaps != tc.gaps {
				t.Errorf("%d gaps, want %d: %+v", gaps, tc.gaps, m.NotAsked)
			}
		})
	}
}
