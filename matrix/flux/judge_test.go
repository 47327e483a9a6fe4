// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// allows answers a review by the RBAC objects of a snapshot, which is enough to see which checks of the
// matrix notice a fault.
func allows(s *Snapshot, r matrix.Review) bool {
	for _, b := range s.Bindings {
		if b.Namespace != "" && b.Namespace != r.Attributes.Namespace {
			continue
		}
		if !slices.ContainsFunc(b.Subjects, func(x rbacv1.Subject) bool {
			return toSubject(x) == r.Subject || x.Kind == "Group" && slices.Contains(r.Subject.Groups(), x.Name)
		}) {
			continue
		}
		for _, role := range s.Roles {
			if role.Name == b.RoleRef.Name && (role.Namespace == "") == (b.RoleRef.Kind == "ClusterRole") && anyCovers(role.rules(), r.Attributes) {
				return true
			}
		}
	}
	return false
}

// derive is the part of the matrix that is about controllers.
func derive(s *Snapshot, o Options) *matrix.Matrix {
	return Derive(s, o).Only(func(section string) bool { return section == "controllers" || section == "reconcilers" })
}

// failures are the checks of a matrix that fail on a snapshot, a line each: code, severity, verdict,
// account and access, or what was observed.
func failures(s *Snapshot, o Options) []string {
	var lines []string
	for _, e := range derive(s, o).Expectations {
		verdict := e.Settled
		access, _ := e.Access()
		if verdict == "" {
			got := allows(s, access)
			switch {
			case got == (e.Want == matrix.Allow):
				verdict = matrix.Pass
			case got:
				verdict = matrix.Excess
			default:
				verdict = matrix.Missing
			}
		}
		if verdict == matrix.Pass {
			continue
		}
		what := e.Observed
		if e.Settled == "" {
			what = strings.TrimSpace(access.Attributes.Verb + " " + access.Attributes.GroupResource() + " " + access.Attributes.Namespace)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s: %s", e.Code, e.Severity, verdict, e.Subject.Name, what))
	}
	return lines
}

// expectFailures compares the failures with the lines wanted, and none else.
func expectFailures(t *testing.T, s *Snapshot, o Options, want ...string) {
	t.Helper()
	got := failures(s, o)
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

// withoutRule takes a resource, or a path, out of the role that flux install calls crd-controller-flux-system.
func withoutRule(s *Snapshot, group, resource string) *Snapshot {
	for i, role := range s.Roles {
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
		s.Roles[i].Rules = rules
	}
	return s
}
