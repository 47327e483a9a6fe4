// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

const matrixFileHeader = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n"

// findingsOf runs flux-probe with a matrix file and returns the verdicts by code.
func findingsOf(t *testing.T, file string, args ...string) map[string][]matrix.Verdict {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, []byte(matrixFileHeader+file), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stdout, stderr := call(t, "", append(args, "-o", "json", "-f", path)...)
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr)
	}
	verdicts := map[string][]matrix.Verdict{}
	for _, f := range report.Findings {
		verdicts[f.Code] = append(verdicts[f.Code], f.Verdict)
	}
	return verdicts
}

// A waiver of what this run does not ask is not wrong. One that could match something is.
func TestWaiversOfWhatIsNotAsked(t *testing.T) {
	exact := "waivers:\n- {match: {codes: [FP103]}, reason: a wide role, owner: me}\n"
	typo := "waivers:\n- {match: {subjects: [{namespace: shpo}]}, reason: known, owner: me}\n"
	compared := "waivers:\n- {match: {codes: [FP002]}, reason: our webhook, owner: me}\n"
	for _, tc := range []struct {
		file string
		args []string
		want int // warnings that the waiver matches nothing
	}{
		{exact, nil, 0},
		{compared, nil, 0}, // the manifests of the demo have no server to compare with
		{typo, nil, 1},
		{typo, []string{"--exact"}, 1},
		{typo, []string{"-n", "shop"}, 0},
		{typo, []string{"--only", "tenants"}, 0},
		{typo, []string{"--service-account", "shop/reconciler"}, 0},
		{typo, []string{"--flux-namespace", "flux-system"}, 0},
		{typo, []string{"--profile", "required"}, 0},
	} {
		if got := len(findingsOf(t, tc.file, append([]string{"demo"}, tc.args...)...)["FP903"]); got != tc.want {
			t.Errorf("%s%v: %d findings of FP903, want %d", tc.file, tc.args, got, tc.want)
		}
	}
	if found := findingsOf(t, "overrides:\n- {match: {codes: [FP5*]}, disable: true}\n", "demo"); len(found["FP501"]) > 0 {
		t.Errorf("FP501 is disabled: %v", found["FP501"])
	}
}

// A permission beyond the matrix (FP103) can be waived like any other failure.
func TestWaiverOfFP103(t *testing.T) {
	fleet := filepath.Join(t.TempDir(), "fleet.yaml")
	extra := `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: extra}
rules: [{apiGroups: [batch], resources: [cronjobs], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: extra}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: extra}
subjects: [{kind: ServiceAccount, namespace: flux-system, name: source-controller}]
`
	if err := os.WriteFile(fleet, append(scan.DemoManifests(), extra...), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]matrix.Verdict{
		"waivers: []\n": matrix.Excess,
		"waivers:\n- {match: {codes: [FP103], access: [{resources: [cronjobs]}]}, reason: a wide role, owner: me}\n": matrix.Waived,
	} {
		found := findingsOf(t, file, "--manifests", fleet, "--exact")
		if !slices.Contains(found["FP103"], want) || len(found["FP903"]) > 0 {
			t.Errorf("%sno FP103 is %s, or FP903: %v", file, want, found["FP903"])
		}
	}
}
