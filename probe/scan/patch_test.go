// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

var update = flag.Bool("update", false, "rewrite the patches in testdata")

// team is a tenant without RBAC.
const team = `apiVersion: v1
kind: Namespace
metadata: {name: team, labels: {toolkit.fluxcd.io/tenant: team}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: deploy, namespace: team, labels: {toolkit.fluxcd.io/tenant: team}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: app, namespace: team}
spec: {interval: 1m, url: https://git.example.com/team}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: team}
spec: {interval: 10m, prune: true, path: ./, serviceAccountName: deploy, sourceRef: {kind: GitRepository, name: app}}
status: {inventory: {entries: [{id: team_web_apps_Deployment, v: v1}, {id: team_conf__ConfigMap, v: v1}]}}
`

const (
	role = `# who deploys
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deploy # as the account
  namespace: team
rules:
# what the app is made of
- apiGroups: ["", apps]
  resources:
  - configmaps # settings
  - deployments
  verbs: [get, list, create, update, patch, delete] # all of them
`
	binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: deploy
  namespace: team
roleRef: # to the role above
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: deploy
subjects:
  # the account of the Kustomization
  - kind: ServiceAccount
    name: deploy # the same name
    namespace: team
`
	both = role + "---\n" + binding
)

// change replaces a part of a text that is in it once.
func change(t *testing.T, text, from, to string) string {
	t.Helper()
	if strings.Count(text, from) != 1 {
		t.Fatalf("%q is in the text %d times:\n%s", from, strings.Count(text, from), text)
	}
	return strings.Replace(text, from, to, 1)
}

// patches are faults in files of a tenant, which the patch has to mend so that everything else stays.
func patches(t *testing.T) map[string]map[string]string {
	one := func(text string) map[string]string { return map[string]string{"rbac.yaml": text} }
	changed := func(from, to string) map[string]string { return one(change(t, both, from, to)) }
	asJSON := `{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "deploy", "namespace": "team"},
  "rules": [
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "create", "update", "patch", "delete"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": [
      "get",
      "list"
    ]}
  ]
}
`
	list := "apiVersion: v1\nkind: List\nitems:\n" + indent(change(t, role, ", create, update", "")) + indent(binding)
	flow := `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deploy, namespace: team}
rules: [{apiGroups: ["", apps], resources: [configmaps, deployments], verbs: ["get", "list"]}] # too few
`
	return map[string]map[string]string{
		"wrong-subject":         changed("    name: deploy # the same", "    name: deplyo # the same"),
		"wrong-subject-quoted":  changed("    name: deploy # the same", "    name: 'deplyo' # the same"),
		"wrong-namespace":       changed("same name\n    namespace: team", "same name\n    namespace: default # not here"),
		"two-subjects":          changed("    name: deploy # the same name\n", "    name: dev\n    namespace: team\n  - kind: ServiceAccount\n    name: deplyo # the same name\n"),
		"missing-verb":          changed(", patch, delete] # all", ", patch] # all"),
		"missing-verb-in-block": changed("verbs: [get, list, create, update, patch, delete] # all of them", "verbs: # not all\n  - get\n  - create\n  - patch # last"),
		"missing-rule":          changed("  - deployments\n", ""),
		"no-rules":              one(change(t, both, role[strings.Index(role, "rules:"):], "rules: []\n")),
		"no-newline-at-the-end": one(strings.TrimSuffix(change(t, binding+"---\n"+role, ", delete] # all of them\n", "]"), "\n")),
		"no-subjects":           one(both[:strings.Index(both, "subjects:")]),
		"wrong-role":            changed("  name: deploy\nsubjects", "  name: deplyo\nsubjects"),
		"missing-binding":       one(role),
		"missing-role":          one(binding),
		"windows":               one(strings.ReplaceAll(change(t, both, "create, update, ", ""), "\n", "\r\n")),
		"flow":                  one(flow + "---\n" + binding),
		"list":                  one(list),
		"json":                  {"role.json": asJSON, "binding.yaml": binding},
		"byte-order-mark":       one("\ufeff" + change(t, both, ", patch, delete", "")),
		"a-license-first":       one("# SPDX-License-Identifier: Apache-2.0\n\n---\n" + change(t, both, ", patch, delete", "")),
		"an-excess":             one(both + "---\n# this was for a test\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: debug}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects: [{kind: ServiceAccount, name: deploy, namespace: team}]\n"),
		"an-excess-first":       one("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: debug}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects: [{kind: ServiceAccount, name: deploy, namespace: team}]\n---\n" + both),
		"an-excess-of-one":      one(both + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: debug}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects:\n- {kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}\n# not any more\n- {kind: ServiceAccount, name: deploy, namespace: team}\n"),
		"an-excess-alone":       {"rbac.yaml": both, "debug file.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: debug}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects: [{kind: ServiceAccount, name: deploy, namespace: team}]\n"},
		"moved":                 one(change(t, both, binding, change(t, binding, "  namespace: team\nroleRef", "  namespace: shop\nroleRef"))),
		"missing-label":         one(labelled),
		"missing-account":       {"rbac.yaml": both, "team.yaml": change(t, team, "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deploy, namespace: team, labels: {toolkit.fluxcd.io/tenant: team}}\n", "")},
		"an-overlay":            {"base/rbac.yaml": change(t, both, ", delete] #", "] #"), "base/kustomization.yaml": "resources: [rbac.yaml]\n", "kustomization.yaml": "resources: [base, cluster.yaml, team.yaml]\n"},
		"an-overlay-that-adds":  {"rbac.yaml": strings.ReplaceAll(change(t, both, ", delete] #", "] #"), "  namespace: team\n", ""), "tenant/kustomization.yaml": "namespace: team\nresources: [../rbac.yaml]\n", "kustomization.yaml": "resources: [tenant, cluster.yaml, team.yaml]\n"},
		"several-in-one-file":   one(change(t, change(t, both, ", patch, delete] #", "] #"), "    name: deploy # the same", "    name: deplyo # the same")),
	}
}

const labelled = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: deploy
aggregationRule:
  clusterRoleSelectors:
  - matchLabels: {example.com/part-of: deploy}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: deploy-apps # a part
rules:
- {apiGroups: ["", apps], resources: [configmaps, deployments], verbs: [get, list, create, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: deploy, namespace: team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deploy}
subjects: [{kind: ServiceAccount, name: deploy, namespace: team}]
`

// indent makes a document an item of a list.
func indent(document string) string {
	return "- " + strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(document, "# who deploys\n"), "\n", "\n  "), "  ")
}

// TestPatch applies patches with git: they fit, what failed passes, and the comments are still there.
func TestPatch(t *testing.T) {
	for name, files := range patches(t) {
		t.Run(name, func(t *testing.T) {
			golden, err := filepath.Abs(filepath.Join("testdata", "patch", name+".diff"))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(repository(t, files))
			report, before := inFiles(t), comments(t)
			if len(failedIn(report)) == 0 {
				t.Fatal("nothing fails")
			}
			diff, left := patchOf(t)
			if *update {
				if err := os.WriteFile(golden, []byte(diff), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || string(want) != diff {
				t.Errorf("%v; the patch is\n%s\nleft out: %q", err, diff, left)
			}
			git(t, diff, "apply", "--check", "-")
			git(t, diff, "apply", "-")
			for _, f := range failedIn(inFiles(t)) {
				t.Errorf("after the patch %s %s %+v is %s: %s", f.Code, f.Subject, f.Access, f.Verdict, f.Observed)
			}
			after := comments(t)
			for _, comment := range before {
				if !slices.Contains(after, comment) && comment != "# this was for a test" {
					t.Errorf("%q is gone", comment)
				}
			}
			if again, _ := patchOf(t); again != "" {
				t.Errorf("a second patch:\n%s", again)
			}
		})
	}
}

// repository is a folder with the healthy fleet, the tenant and more files, under git.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	folder := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("cluster.yaml", healthyFleet())
	write("team.yaml", team)
	for name, text := range files {
		write(name, text)
	}
	t.Chdir(folder)
	git(t, "", "init", "-q")
	return folder
}

func git(t *testing.T, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "core.autocrlf=false"}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s\n%s", args[0], err, out, stdin)
	}
}

func inFiles(t *testing.T) *probe.Report {
	t.Helper()
	r, err := Run(t.Context(), Options{Target: Manifests(nil, "", ".")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func patchOf(t *testing.T) (diff string, leftOut []string) {
	t.Helper()
	s, err := Open(t.Context(), Options{Target: Manifests(nil, "", ".")})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Patch(t.Context(), FixOptions{Warnings: true})
	if err != nil {
		t.Fatal(err)
	}
	return p.Difference, p.LeftOut
}

func failedIn(r *probe.Report) []probe.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f probe.Finding) bool { return !f.Failed() || f.Severity == matrix.Info })
}

// comments are the comments of all files.
func comments(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.yaml", "*/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(text) {
				if i := bytes.IndexByte(line, '#'); i >= 0 {
					all = append(all, strings.TrimSpace(string(line[i:])))
				}
			}
		}
	}
	return all
}
