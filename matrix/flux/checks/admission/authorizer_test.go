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
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const deployments = "matchConstraints: {resourceRules: [{operations: [CREATE, UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]}"

func policy(t *testing.T, l *fluxtest.Lab, spec string, bindings ...string) {
	t.Helper()
	var p admissionv1.ValidatingAdmissionPolicy
	if err := yaml.UnmarshalStrict([]byte("{metadata: {name: p}, spec: {"+spec+"}}"), &p); err != nil {
		t.Fatal(err)
	}
	l.Admission.Policies = append(l.Admission.Policies, snapshot.PolicyOf(&p))
	for _, binding := range bindings {
		var b admissionv1.ValidatingAdmissionPolicyBinding
		if err := yaml.UnmarshalStrict([]byte("{metadata: {name: b}, spec: {policyName: p, "+binding+"}}"), &b); err != nil {
			t.Fatal(err)
		}
		l.Admission.Bindings = append(l.Admission.Bindings, snapshot.BindingOf(&b))
	}
}

func TestAuthorizers(t *testing.T) {
	const (
		deny = "validationActions: [Deny]"
		ship = "validations: [{expression: \"authorizer.group('example.com').resource('releases').namespace(request.namespace).check('ship').allowed()\"}]"
	)
	tests := []struct {
		name, policy string
		bindings     []string
		want         []string
		gaps         []string
	}{
		{name: "without a binding", policy: deployments + ", " + ship},
		{name: "bound without Deny", policy: deployments + ", " + ship, bindings: []string{"validationActions: [Warn, Audit]"}},
		{
			name: "each account once", policy: deployments + ", " + ship, bindings: []string{"validationActions: [Audit]", deny, deny},
			want: []string{
				"error apps/dev ship releases.example.com in apps: ValidatingAdmissionPolicy p demands it for Deployment apps/web, which Flux applies as apps/dev",
				"error apps/helm ship releases.example.com in apps: ValidatingAdmissionPolicy p demands it for Deployment apps/db, which Flux applies as apps/helm",
			},
		},
		{
			name: "the binding is about other namespaces", policy: deployments + ", " + ship,
			bindings: []string{deny + ", matchResources: {namespaceSelector: {matchLabels: {tier: prod}}}"},
		},
		{
			name: "the binding is about some of the objects", policy: strings.Replace(deployments, "apps], apiV", "'*'], apiV", 1) + ", " + ship,
			bindings: []string{deny + ", matchResources: {resourceRules: [{resourceNames: [db], operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]}"},
			want:     []string{"error apps/helm ship releases.example.com in apps: ValidatingAdmissionPolicy p demands it for Deployment apps/db, which Flux applies as apps/helm"},
		},
		{
			name: "conditions decide", policy: deployments + ", matchConditions: [{name: x, expression: \"!authorizer.requestResource.check('break').allowed()\"}], " + ship, bindings: []string{deny},
			want: []string{
				"warning apps/dev ship releases.example.com in apps: ValidatingAdmissionPolicy p demands it for Deployment apps/web, which Flux applies as apps/dev, unless something else in it decides",
				"warning apps/helm ship releases.example.com in apps: ValidatingAdmissionPolicy p demands it for Deployment apps/db, which Flux applies as apps/helm, unless something else in it decides",
			},
			gaps: []string{"what spec.matchConditions[x].expression of ValidatingAdmissionPolicy p demands of those who apply Deployment apps/web: " +
				"this expression asks the authorizer whether the policy applies at all: !authorizer.requestResource.check('break').allowed()"},
		},
		{
			name:     "variables, parameters and what is not understood",
			policy:   deployments + ", paramKind: {apiVersion: v1, kind: ConfigMap}, variables: [{name: ok, expression: \"authorizer.path('/ok').check('get').allowed()\"}], validations: [{expression: \"variables.ok\"}, {expression: \"authorizer.group(params.data.group)\\n  .resource('x').check('y').allowed()\"}]",
			bindings: []string{deny},
			want: []string{
				"warning apps/dev get /ok: ValidatingAdmissionPolicy p demands it for Deployment apps/web, which Flux applies as apps/dev, unless something else in it decides",
				"warning apps/helm get /ok: ValidatingAdmissionPolicy p demands it for Deployment apps/db, which Flux applies as apps/helm, unless something else in it decides",
			},
			gaps: []string{"what spec.validations[1].expression of ValidatingAdmissionPolicy p demands of those who apply Deployment apps/web: " +
				"it is not known what this expression asks the authorizer: authorizer.group(params.data.group) .resource('x').check('y').allowed()"},
		},
		{
			name: "another account", policy: deployments + ", validations: [{expression: \"authorizer.serviceAccount('ci', 'robot').group('').resource('pods').check('get').allowed()\"}]", bindings: []string{deny},
			want: []string{
				"error ci/robot get pods: ValidatingAdmissionPolicy p demands it for Deployment apps/web and Deployment apps/db, which Flux applies",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := tenant(t)
			policy(t, l, test.policy, test.bindings...)
			found, skipped := Checks(l.Model(), checks.Options{})
			var got, gaps []string
			for _, c := range found {
				a, _ := c.Access()
				got = append(got, string(c.Meta().Severity)+" "+c.Meta().Subject.Get().String()+" "+a.String()+": "+c.Meta().Because)
			}
			for _, g := range skipped {
				if g.Open() {
					t.Errorf("an open gap: %+v", g)
				}
				gaps = append(gaps, g.What+": "+g.Why)
			}
			if diff := cmp.Diff(test.want, got) + cmp.Diff(test.gaps, gaps); diff != "" {
				t.Errorf("checks, gaps (-want +got):\n%s", diff)
			}
		})
	}
}

// What is about to be applied fails at its object, and not at the policy.
func TestPlannedAuthorizers(t *testing.T) {
	l := tenant(t)
	policy(t, l, deployments+", validations: [{expression: \"authorizer.path('/ok').check('get').allowed()\"}]", "validationActions: [Deny]")
	m := l.Model()
	p := model.Plan{Reconciliation: m.Reconciliations[0]}
	p.Objects = []snapshot.Planned{{Group: "apps", Version: "v1", Kind: "Deployment", Namespace: "apps", Name: "new", Place: snapshot.Place{File: "new.yaml", Line: 1}}}
	found, _ := Planned(&model.Change{Plans: []model.Plan{p}, After: m})
	want := matrix.Origin{Kind: "Deployment", Namespace: "apps", Name: "new", File: "new.yaml", Line: 1}
	if len(found) != 1 || found[0].Meta().Origin.Get() != want || found[0].Meta().Step != matrix.Applying {
		t.Errorf("%+v", found)
	}
}
