// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// TestFixGrantsWhatIsMissing adds what fix prints to the manifests of the demo: no right is missing
// any more but those of the account that does not exist, and nothing became excess.
func TestFixGrantsWhatIsMissing(t *testing.T) {
	code, fix, stderr := demoCall(t, "fix", "--fail-on", "warning")
	if code != 0 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	before, after := demoFindings(t, string(demoFleet)), demoFindings(t, string(demoFleet)+fix)
	for i, f := range after {
		missing := f.Verdict == matrix.Missing && f.Access != nil && f.Severity != matrix.Info
		if absent := f.Subject.Name == "helm-reconciler"; missing != absent && f.Access != nil && (missing || absent && before[i].Verdict == matrix.Missing) {
			t.Errorf("%s %s %+v is %s after the fix", f.Code, f.Subject, f.Access, f.Verdict)
		}
		if f.Verdict == matrix.Excess && before[i].Verdict != matrix.Excess {
			t.Errorf("%s %s %+v became excess by the fix", f.Code, f.Subject, f.Access)
		}
	}
	if strings.Count(fix, "delete ClusterRoleBinding search-secrets") == 0 || !strings.Contains(fix, "does not exist") {
		t.Errorf("what is no grant is not named:\n%s", fix)
	}
	_, narrow, _ := demoCall(t, "fix", "-n", "shop", "--only", "tenants")
	if strings.Count(narrow, "kind: Role\n") != 2 || strings.Contains(narrow, "billing") || !strings.Contains(narrow, "  verbs:\n  - delete\n---") {
		t.Errorf("fix -n shop:\n%s", narrow)
	}
}

func demoFindings(t *testing.T, manifests string) []probe.Finding {
	t.Helper()
	_, stdout, stderr := call(t, manifests, "--manifests", "-", "-o", "json")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return report.Findings
}

func TestLeast(t *testing.T) {
	for args, want := range map[string][]string{
		"shop/reconciler":                  {"# has Role shop/deployer by RoleBinding shop/deployer\n", "#   not needed: list, update deployments.apps\n", "  - deployments\n  verbs:\n  - get\n  - create\n  - patch\n  - delete\n"},
		"flux-system/kustomize-controller": {"# has ClusterRole cluster-admin by", "  resourceNames:\n  - reconciler\n  resources:\n  - serviceaccounts\n  verbs:\n  - impersonate\n", "impersonate-on:serviceaccount:get /api, /apis"},
		"shop/default":                     {"# It needs nothing that was derived.\n"},
	} {
		code, stdout, stderr := demoCall(t, "least", args)
		for _, w := range want {
			if code != 0 || !strings.Contains(stdout, w) {
				t.Errorf("least %s: exit %d, %s\n%s\nwants %q", args, code, stderr, stdout, w)
			}
		}
		if strings.Contains(stdout, "  - watch\n  - impersonate\n") || strings.Contains(stdout, "system:basic-user") {
			t.Errorf("least %s:\n%s", args, stdout)
		}
	}
	if code, _, stderr := demoCall(t, "least", "shop/reconcilr"); code != 2 || !strings.Contains(stderr, "did you mean shop/reconciler?") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	// All roles together are enough for all tenants: what least prints, in place of what they have.
	_, stdout, _ := demoCall(t, "least")
	for _, f := range demoFindings(t, string(demoFleet)+stdout) {
		if f.Code == "FP401" && f.Verdict != matrix.Pass {
			t.Errorf("%s %s %+v is %s with the least roles", f.Code, f.Subject, f.Access, f.Verdict)
		}
	}
}
