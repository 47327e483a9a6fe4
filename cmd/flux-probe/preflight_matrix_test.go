// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

// TestPreflightMatrix is about what matrix files say of a change.
func TestPreflightMatrix(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const file = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n"
	const accepted = "  reason: known\n  owner: team shop\n"
	next := write("next.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: search}\n")
	opens := write("opens.yaml", `
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: search, name: robot}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: search, name: robot}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, namespace: search, name: robot}]
`)
	rule := func(expect, name string) string {
		return file + "expectations:\n- subjects: [{kind: ServiceAccount, namespace: search, name: " + name + "}]\n" +
			"  access: [{verbs: [get], resources: [pods], namespaces: [search]}]\n  expect: " + expect + "\n  because: robots look at nothing\n"
	}
	run := func(code int, args ...string) *probe.Report {
		t.Helper()
		got, stdout, stderr := call(t, "", append([]string{"demo", "preflight", "-o", "json"}, args...)...)
		if got != code {
			t.Fatalf("%q: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
		}
		r := &probe.Report{}
		if err := json.Unmarshal([]byte(stdout), r); err != nil {
			t.Fatal(err)
		}
		return r
	}

	// The waiver of all codes, and one of each problem.
	args := []string{"kustomization/shop", "-f", next}
	now := run(1, args...)
	run(0, append(args, "--matrix", write("codes.yaml", file+"waivers:\n- match: {codes: [FP421, FP422]}\n"+accepted))...)
	waivers := file + "waivers:\n"
	for _, x := range now.Problems {
		waivers += "- problem: \"" + x.ID + "\"\n" + accepted
	}
	if r := run(0, append(args, "--matrix", write("problems.yaml", waivers))...); len(now.Problems) == 0 || r.Summary.Waived == 0 {
		t.Errorf("%d problems, %+v", len(now.Problems), r.Summary)
	}
	run(1, append(args, "--matrix", write("other.yaml", file+"waivers:\n- match: {codes: [FP501]}\n"+accepted))...)

	// What a rule wants denied must not be opened, also to an account that the change brings.
	args = []string{"kustomization/fleet", "-n", "flux-system", "-f", opens}
	of := func(r *probe.Report) (found []string) {
		for _, f := range r.Findings {
			if f.Code == "FP428" && strings.Contains(f.Because, "robots look at nothing") {
				found = append(found, f.Observed)
			}
		}
		return found
	}
	if found := of(run(1, append(args, "--matrix", write("deny.yaml", rule("deny", "robot")))...)); len(found) != 1 || !strings.Contains(found[0], "RoleBinding search/robot") {
		t.Errorf("what a rule wants denied: %q", found)
	}
	if found := of(run(0, append(args, "--matrix", write("allow.yaml", rule("allow", "robot")))...)); len(found) > 0 {
		t.Errorf("what a rule wants allowed: %q", found)
	}
	said := false
	for _, gap := range run(0, append(args, "--matrix", filepath.Join(folder, "allow.yaml"))...).NotAsked {
		said = said || gap.What == "checks of matrix files that something is allowed: 1"
	}
	if !said {
		t.Error("nothing says that a rule is not asked")
	}
	if code, _, stderr := call(t, "", append([]string{"demo", "preflight", "--matrix", next}, args...)...); code != 2 {
		t.Errorf("no matrix file: exit %d: %s", code, stderr)
	}
}
