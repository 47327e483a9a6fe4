// SPDX-License-Identifier: Apache-2.0

package reconcilers_test

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/reconcilers"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

func TestUnprivilegedReconcilers(t *testing.T) {
	s := fluxtest.Healthy("v2.8.5")
	impersonator := rbac.Role{Name: "cluster-reconciler-impersonator", Rules: facts.Policies([]facts.Rule{{Groups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"impersonate"}}})}
	s.Roles = append(s.Roles, impersonator)
	s.Bindings[0].RoleRef.Name = impersonator.Name
	for _, f := range s.Findings(t, checks.Options{}, reconcilers.Checks) {
		if f.Verdict != matrix.Pass {
			t.Errorf("%s of %s is %s", f.Code, f.Subject, f.Verdict)
		}
	}
	found, _ := reconcilers.Checks(s.Model(), checks.Options{})
	var asked []string
	for _, c := range found {
		if access, _ := c.Access(); c.Meta().Code == "FP201" {
			asked = append(asked, c.Meta().Subject.Get().Name+" "+access.Verb+" "+access.GroupResource())
		}
	}
	want := []string{"kustomize-controller impersonate serviceaccounts", "helm-controller impersonate serviceaccounts"}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}
