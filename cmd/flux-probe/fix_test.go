// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// applied is a file of manifests after kubectl apply of what fix prints: objects with the same name are replaced. The
// commands in the comments are carried out as well, where they are deletions.
func applied(t *testing.T, manifests, fix string) string {
	t.Helper()
	type identity struct{ Kind, Namespace, Name string }
	identify := func(document string) identity {
		var o struct {
			Kind     string
			Metadata struct{ Namespace, Name string }
		}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		return identity{o.Kind, o.Metadata.Namespace, o.Metadata.Name}
	}
	after := map[identity]bool{}
	for document := range strings.SplitSeq(fix, "---\n") {
		if o := identify(document); after[o] && o.Kind != "" {
			t.Errorf("%v is there twice", o)
		} else {
			after[o] = true
		}
		for _, command := range deleteCommand.FindAllStringSubmatch(document, -1) {
			after[identity{kinds[command[2]], command[1], command[3]}] = true
		}
	}
	var b strings.Builder
	for document := range strings.SplitSeq(manifests, "---\n") {
		if !after[identify(document)] {
			b.WriteString("---\n" + document)
		}
	}
	return b.String() + "\n" + fix
}

var (
	deleteCommand = regexp.MustCompile(`# +kubectl (?:-n (\S+) )?delete (\S+) (\S+)`)
	kinds         = map[string]string{"rolebinding": "RoleBinding", "clusterrolebinding": "ClusterRoleBinding"}
)

// TestFixOfTheDemo applies what fix prints: what fails then is what fix names in comments as no matter of RBAC.
func TestFixOfTheDemo(t *testing.T) {
	code, fix, stderr := demoCall(t, "fix", "--fail-on", "warning")
	if code != 0 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	after := applied(t, string(scan.DemoManifests()), fix)
	for _, f := range demoFindings(t, after) {
		byHand := f.Subject.Name == "helm-reconciler" || f.Code == "FP801"
		if f.Failed() && f.Severity != matrix.Info && !byHand {
			t.Errorf("%s %s %+v is %s after the fix", f.Code, f.Subject, f.Access, f.Verdict)
		}
	}
	for _, want := range []string{
		"#     kubectl delete clusterrolebinding search-secrets\n", "#     kubectl -n sandbox patch helmrelease cache ",
		"  name: deployer\n  namespace: billing\n", "# Role shop/deployer, bound by", "RoleBinding billing/deployer names",
	} {
		if !strings.Contains(strings.ReplaceAll(fix, "created again: ", "\n# "), want) {
			t.Errorf("no %q in\n%s", want, fix)
		}
	}
	if _, again, _ := call(t, after, "--manifests", "-", "fix", "--fail-on", "warning"); !strings.HasPrefix(again, "# There is no object to apply") {
		t.Errorf("applied, fix prints\n%s", again)
	}
	_, narrow, _ := demoCall(t, "fix", "-n", "shop", "--only", "tenants")
	if strings.Count(narrow, "kind: Role\n") != 1 || strings.Contains(narrow, "billing") {
		t.Errorf("fix -n shop:\n%s", narrow)
	}
}

// TestFixOfOneProblem names it by its ID.
func TestFixOfOneProblem(t *testing.T) {
	_, all, _ := demoCall(t, "fix")
	found := regexp.MustCompile(`(\S+): \d+ failed checks`).FindStringSubmatch(all[strings.Index(all, "names ServiceAccount billing/reconcilier"):])
	if found == nil {
		t.Fatalf("no ID in\n%s", all)
	}
	code, one, stderr := demoCall(t, "fix", found[1])
	if code != 0 || strings.Count(one, "\nkind: ") != 1 || !strings.Contains(one, "kind: RoleBinding") {
		t.Errorf("exit %d, %s\n%s", code, stderr, one)
	}
	for args, want := range map[string]string{
		"nosuch":     `there is no problem "nosuch": the problems are `,
		"clusters/a": "; did you mean --manifests clusters/a?\n",
	} {
		if code, _, stderr := demoCall(t, "fix", args); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, %s", args, code, stderr)
		}
	}
}

// TestFixIsRepeatable loses another permission after the first fix was applied: what the second fix prints has to keep
// what the first one granted, because applying a role replaces its rules.
func TestFixIsRepeatable(t *testing.T) {
	flags := []string{"--manifests", "-", "fix", "-n", "shop", "--only", "tenants"}
	_, first, stderr := call(t, string(scan.DemoManifests()), flags...)
	if !strings.Contains(first, "  - delete\n") {
		t.Fatalf("the first fix grants nothing: %s%s", first, stderr)
	}
	lost := strings.Replace(applied(t, string(scan.DemoManifests()), first), "  - deployments\n  verbs:\n  - get\n", "  - deployments\n  verbs:\n", 1)
	code, second, stderr := call(t, lost, flags...)
	if code != 0 || strings.Count(second, "kind: Role\n") != 1 {
		t.Fatalf("exit %d: %s%s", code, second, stderr)
	}
	for _, f := range demoFindings(t, applied(t, lost, second)) {
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

// TestPatchNeedsFiles refuses a patch of what is in no file, before anything is asked.
func TestPatchNeedsFiles(t *testing.T) {
	for args, want := range map[string]string{
		"fix --patch":               "flux-probe: --patch changes files: name them with --manifests\n",
		"fix --patch --manifests -": "flux-probe: --patch changes files: standard input is none\n",
		"demo fix --patch":          "flux-probe: unknown flag: --patch",
	} {
		code, stdout, stderr := call(t, "", strings.Split(args, " ")...)
		if code != 2 || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("%s: exit %d, %q, %q", args, code, stdout, stderr)
		}
	}
}
