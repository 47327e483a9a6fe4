// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Pods are judged by the level of their namespace after the change. A template that cannot be read is never a pass.
func TestPodSecurity(t *testing.T) {
	const safe = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]"
	template := func(pod string) string { return "{spec: {template: {spec: {" + pod + "}}}}" }
	for _, test := range []struct {
		name, level, kind, content, annotation string
		want                                   string // the verdict and the beginning of the evidence, or the gap
	}{
		{"no label", "", "apps/Deployment", template("hostNetwork: true"), "", ""},
		{"privileged", "privileged", "apps/Deployment", template("hostNetwork: true"), "", ""},
		{"refused", "baseline", "apps/Deployment", template("hostNetwork: true"), "", `missing PodSecurity "baseline:latest" refuses its pods: host namespaces`},
		{"accepted", "restricted", "apps/StatefulSet", template(safe), "", `pass PodSecurity "restricted:latest" accepts its pods`},
		{"a label that cannot be read is restricted", "strict", "batch/Job", template("containers: [{name: a}]"), "", `missing PodSecurity "restricted:latest" refuses its pods: allowPrivilegeEscalation != false`},
		{"a CronJob", "baseline", "batch/CronJob", "{spec: {jobTemplate: {spec: {template: {spec: {hostPID: true}}}}}}", "", `missing PodSecurity "baseline:latest" refuses its pods: host namespaces`},
		{"a template that cannot be read", "restricted", "apps/Deployment", template("securityContext: {runAsUser: '${UID}'}"), "", "spec.template cannot be read: "},
		{"what is not applied", "restricted", "apps/Deployment", template("hostNetwork: true"), "kustomize.toolkit.fluxcd.io/reconcile", ""},
		{"no pods", "restricted", "/ConfigMap", "{data: {a: b}}", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := tenant(t)
			if test.level != "" {
				l.AddNamespace("shop", map[string]string{"pod-security.kubernetes.io/enforce": test.level})
			} else {
				l.AddNamespace("shop", nil)
			}
			m := l.Model()
			group, kind, _ := strings.Cut(test.kind, "/")
			o := snapshot.Planned{Group: group, Version: "v1", Kind: kind, Namespace: "shop", Name: "web"}
			if test.annotation != "" {
				o.Annotations = map[string]string{test.annotation: "disabled"}
			}
			if err := yaml.Unmarshal([]byte(test.content), &o.Content); err != nil {
				t.Fatal(err)
			}
			p := model.Plan{Reconciliation: m.Reconciliations[0], Objects: []snapshot.Planned{o}}
			found, gaps := Planned(&model.Change{Plans: []model.Plan{p}, After: m})
			var got []string
			for _, c := range found {
				if o, ok := c.(*matrix.Observed); ok {
					got = append(got, string(o.Verdict)+" "+o.Evidence)
				}
			}
			for _, g := range gaps {
				if !g.Open() {
					t.Errorf("it passes: %+v", g)
				}
				got = append(got, g.Why)
			}
			if text := strings.Join(got, "\n"); len(got) > 1 || !strings.HasPrefix(text, test.want) || test.want == "" && text != "" {
				t.Errorf("got %q, want %q", text, test.want)
			}
		})
	}
}
