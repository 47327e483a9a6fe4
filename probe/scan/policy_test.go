// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// The policy applies to what a comparison with RBAC finds.
func TestPolicyOnDifferencesFromRBAC(t *testing.T) {
	after := func(file string, baseline *probe.Report) ([]probe.Finding, []matrix.Gap) {
		documents, err := matrixfile.Parse("rules.yaml", strings.NewReader("apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n"+file))
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Target: Demo(), Files: documents, Baseline: baseline}
		c := &connection{Target: o.Target}
		read, err := c.read(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		c.cluster = &cluster.Cluster{} // from now on a server answers, and refuses everything
		c.ask(nil)
		s, err := c.derive(t.Context(), read, time.Time{}, o)
		if err != nil {
			t.Fatal(err)
		}
		s.reviewer = probe.NewMemory(probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
			return authorizationv1.SubjectAccessReviewStatus{Denied: true}, nil
		}))
		for range s.Stream(t.Context(), probe.Pending(s.matrix), StreamOptions{}) {
			continue
		}
		return s.Compare()
	}
	all := func(findings []probe.Finding, verdict matrix.Verdict, severity matrix.Severity) bool {
		return len(findings) > 0 && !slices.ContainsFunc(findings, func(f probe.Finding) bool {
			return f.Code != "FP002" || f.Verdict != verdict || f.Severity != severity
		})
	}
	plain, _ := after("", nil)
	if !all(plain, matrix.Missing, matrix.Warning) {
		t.Fatalf("%+v", plain)
	}
	if found, _ := after("waivers:\n- {match: {codes: [FP002]}, reason: our webhook, owner: me}\n", nil); !all(found, matrix.Waived, matrix.Warning) {
		t.Errorf("a waiver: %+v", found)
	}
	if found, _ := after("overrides:\n- {match: {codes: [FP002]}, severity: error}\n", nil); !all(found, matrix.Missing, matrix.Error) {
		t.Errorf("an override: %+v", found)
	}
	if found, gaps := after("overrides:\n- {match: {codes: [FP002]}, disable: true}\n", nil); len(found) > 0 || len(gaps) != 1 {
		t.Errorf("an override that disables: %+v, %+v", found, gaps)
	}
	if found, _ := after("", &probe.Report{Findings: plain}); !all(found, matrix.InBaseline, matrix.Warning) {
		t.Errorf("a baseline: %+v", found)
	}
}
