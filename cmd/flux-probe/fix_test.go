// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// TestFixGrantsWhatIsMissing adds what fix prints to the manifests of the demo: no right is missing
// any more but those of the account that does not exist, and nothing became excess.
func TestFixGrantsWhatIsMissing(t *testing.T) {
	code, fix, stderr := demoCall(t, "fix", "--fail-on", "warning")
	if code != 0 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	before, after := demoFindings(t, string(scan.DemoManifests())), demoFindings(t, string(scan.DemoManifests())+fix)
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

// TestFixIsRepeatable loses another permission after the first fix was applied: the second fix prints the
// same role, which must keep what the first one granted, because applying a role replaces its rules.
func TestFixIsRepeatable(t *testing.T) {
	flags := []string{"--manifests", "-", "fix", "-n", "shop", "--only", "tenants"}
	_, first, stderr := call(t, string(scan.DemoManifests()), flags...)
	if !strings.Contains(first, "  - delete\n") {
		t.Fatalf("the first fix grants nothing: %s%s", first, stderr)
	}
	const rule = "{apiGroups: [apps], resources: [deployments], verbs: [get, list, create, update, patch]}"
	lost := strings.Replace(string(scan.DemoManifests()), rule, strings.Replace(rule, ", patch", "", 1), 1)
	code, second, stderr := call(t, lost+first, flags...)
	if code != 0 || strings.Count(second, "kind: Role\n") != 2 {
		t.Fatalf("exit %d: %s%s", code, second, stderr)
	}
	for _, verb := range []string{"  - delete\n", "  - patch\n"} {
		if strings.Count(second, verb) != 1 {
			t.Errorf("the second fix does not grant%sbut:\n%s", verb, second)
		}
	}
	for _, f := range demoFindings(t, lost+second) {
		if f.Code == "FP401" && f.Subject.Namespace == "shop" && f.Verdict != matrix.Pass {
			t.Errorf("%s %+v is %s after the second fix", f.Code, f.Access, f.Verdict)
		}
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
	for _, f := range demoFindings(t, string(scan.DemoManifests())+stdout) {
		if f.Code == "FP401" && f.Verdict != matrix.Pass {
			t.Errorf("%s %s %+v is %s with the least roles", f.Code, f.Subject, f.Access, f.Verdict)
		}
	}
}
