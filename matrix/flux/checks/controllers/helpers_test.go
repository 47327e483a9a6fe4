// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/controllers"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/reconcilers"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

// derive returns the part of the matrix that is about controllers: the sections controllers and reconcilers.
func derive(l *fluxtest.Lab, o checks.Options) *matrix.Matrix {
	m := l.Model()
	matrixOf := &matrix.Matrix{}
	for _, section := range []fluxtest.Section{controllers.Checks, reconcilers.Checks} {
		found, gaps := section(m, o)
		matrixOf.Checks, matrixOf.NotAsked = append(matrixOf.Checks, found...), append(matrixOf.NotAsked, gaps...)
	}
	return matrixOf
}

// failures returns the findings that are not passed, one line each: code, severity, verdict, account, and the access
// or what was read.
func failures(t *testing.T, l *fluxtest.Lab, o checks.Options) []string {
	t.Helper()
	var lines []string
	for _, f := range l.Probe(t, derive(l, o)) {
		if f.Verdict == matrix.Pass {
			continue
		}
		what := f.Observed
		if what == "" {
			what = strings.TrimSpace(f.Access.Verb + " " + f.Access.GroupResource() + " " + f.Access.Namespace)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s: %s", f.Code, f.Severity, f.Verdict, f.Subject.Name, what))
	}
	return lines
}

// expectFailures expects these failures and no others.
func expectFailures(t *testing.T, l *fluxtest.Lab, o checks.Options, want ...string) {
	t.Helper()
	got := failures(t, l, o)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("not reported: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("unexpected: %s", line)
		}
	}
}

// denied returns the asked checks that want access and are denied.
func denied(l *fluxtest.Lab, m *matrix.Matrix) []*matrix.Asked {
	var found []*matrix.Asked
	for _, c := range m.Checks {
		if asked, ok := c.(*matrix.Asked); ok && asked.Want == matrix.Allow && !l.RBAC().Allowed(asked.AnyOf[0][0]) {
			found = append(found, asked)
		}
	}
	return found
}

// withoutRule removes a resource, or a path, from the role that flux install calls crd-controller-flux-system.
func withoutRule(l *fluxtest.Lab, group, resource string) *fluxtest.Lab {
	for i, role := range l.Roles {
		if role.Name != "crd-controller-flux-system" {
			continue
		}
		var rules []rbacv1.PolicyRule
		for _, p := range role.Rules {
			if slices.Contains(p.APIGroups, group) || slices.Contains(p.NonResourceURLs, resource) {
				p.Resources = slices.DeleteFunc(slices.Clone(p.Resources), func(r string) bool { return r == resource })
				if len(p.Resources) == 0 {
					continue
				}
			}
			rules = append(rules, p)
		}
		l.Roles[i].Rules = rules
	}
	return l
}
