// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

// TestChangesInOrder is about two Kustomizations, of which one brings what the other rests on.
func TestChangesInOrder(t *testing.T) {
	const (
		namespace  = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: soon}}\n"
		configMap  = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {namespace: soon, name: web}}\n"
		definition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.example.com}
spec: {group: example.com, scope: Cluster, names: {kind: Queue, plural: queues}, versions: [{name: v1, served: true, storage: true}]}
`
		queue   = "---\n{apiVersion: example.com/v1, kind: Queue, metadata: {name: orders}}\n"
		role    = "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {namespace: flux-system, name: reads}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}\n"
		binding = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: flux-system, name: reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reads}
subjects: [{kind: ServiceAccount, namespace: flux-system, name: x}]
`
	)
	planned := func(name, on string) string {
		return fmt.Sprintf("---\n{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {namespace: flux-system, name: %s}, spec: {prune: true, serviceAccountName: applier, dependsOn: [%s], sourceRef: {kind: GitRepository, name: x}}}\n", name, on)
	}
	const rests = "warning ConfigMap soon/web metadata.namespace: Kustomization flux-system/b does not depend on Kustomization flux-system/a, which brings Namespace soon"
	for _, test := range []struct {
		name string
		on   map[string]string // spec.dependsOn, by name
		a, b string
		want []string
	}{
		{"it waits", map[string]string{"b": "{name: a}"}, namespace, configMap, nil},
		{"it waits through another", map[string]string{"b": "{name: c}", "c": "{namespace: flux-system, name: a}"}, namespace, configMap, nil},
		{"it does not wait", nil, namespace, configMap, []string{rests}},
		{"the other one waits for it", map[string]string{"a": "{name: b}"}, namespace, configMap, []string{rests}},
		{"in circles", map[string]string{"b": "{name: c}", "c": "{name: b}"}, namespace, configMap, []string{rests}},
		{"it waits for another of that name", map[string]string{"b": "{namespace: other, name: a}"}, namespace, configMap, []string{rests}},
		{"it brings it too", nil, namespace, namespace + configMap, nil},
		{"the change makes it wait", nil, namespace + planned("b", "{name: a}"), configMap, nil},
		{"the change lets it wait no longer", map[string]string{"b": "{name: a}"}, namespace + planned("b", ""), configMap, []string{rests}},
		{"nobody brings it", nil, role, configMap, []string{"error ConfigMap soon/web metadata.namespace: the namespace soon does not exist, and the change does not bring it"}},
		{"a definition", nil, definition, queue, []string{
			"warning Queue orders kind: Kustomization flux-system/b does not depend on Kustomization flux-system/a, which brings CustomResourceDefinition queues.example.com",
		}},
		{"a definition for which it waits", map[string]string{"b": "{name: a}"}, definition, queue, nil},
		{"a role", nil, role, binding, []string{"warning RoleBinding flux-system/reads: bind roles.rbac.authorization.k8s.io"}},
		{"a role for which it waits", map[string]string{"b": "{name: a}"}, role, binding, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			fleet := orderedFleet
			for _, name := range []string{"a", "b", "c"} {
				fleet += planned(name, test.on[name])
			}
			report, err := Run(t.Context(), Options{Target: inManifests(fleet), Focus: "flux-system", Changes: []Change{
				{Target: "kustomization/a", Paths: []string{saved(t, test.a)}}, {Target: "kustomization/b", Paths: []string{saved(t, test.b)}},
			}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Findings {
				if !f.Failed() || f.Severity == matrix.Info {
					continue
				}
				origin := f.Origin.Get()
				text := fmt.Sprintf("%s %s", f.Severity, strings.TrimSpace(origin.WithoutLocation().String()+" "+origin.Field))
				if f.Access != nil {
					text += ": " + f.Access.Verb + " " + f.Access.GroupResource()
				} else {
					text += ": " + f.Observed
				}
				if f.Code != "FP429" {
					text = f.Code + " " + text
				}
				got = append(got, text)
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("what fails (-want +got):\n%s", diff)
			}
			for _, x := range report.Problems {
				if x.Severity == matrix.Warning && !strings.HasPrefix(x.Title, "The first reconciliations of this change can fail: ") {
					t.Error(x.Title)
				}
			}
		})
	}
}

// orderedFleet is a controller, and an account that can do everything but bind and escalate.
const orderedFleet = `
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: flux-system, name: kustomize-controller, labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/component: kustomize-controller, app.kubernetes.io/version: v2.9.5}}
spec: {template: {spec: {serviceAccountName: kustomize-controller, containers: [{name: manager, image: x, args: [--watch-all-namespaces=true]}]}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kustomizations.kustomize.toolkit.fluxcd.io}
spec: {group: kustomize.toolkit.fluxcd.io, scope: Namespaced, names: {kind: Kustomization, plural: kustomizations}, versions: [{name: v1, served: true, storage: true}]}
---
{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: flux-system, name: applier}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: controller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, namespace: flux-system, name: kustomize-controller}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: applier}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch, create, update, patch, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: applier}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: applier}
subjects: [{kind: ServiceAccount, namespace: flux-system, name: applier}]
`
