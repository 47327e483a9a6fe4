// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t *testing.T, text string) *Manifests {
	t.Helper()
	m, err := Read(strings.NewReader(text), "-")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestErrors(t *testing.T) {
	const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: apps}\n"
	const binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: apps}\n"
	for _, test := range []struct{ name, text, want string }{
		{"no YAML", "---\n# one\n---\na: b\nkind: [\n", "standard input, document 1, line 5: it is no YAML: did not find expected node content"},
		{"a key twice", "kind: a\n---\nkind: b\nkind: c\n", `standard input, document 1, line 1: it is no Kubernetes object: it has no apiVersion and kind`},
		{"a key twice in the second", role + "---\nkind: b\nkind: c\n", `standard input, document 2, line 6: it is no YAML: key "kind" already set in map`},
		{"a list", "- a\n", "standard input, document 1, line 1: it is no Kubernetes object: the document must not be of type array"},
		{"no name", "apiVersion: v1\nkind: Namespace\nmetadata: {}\n", "standard input, document 1, line 3: the Namespace has no metadata.name"},
		{"rules of the wrong type", role + "rules: none\n", "standard input, document 1, line 4: Role apps/r: rules must not be of type string"},
		{"a rule without verbs", role + "rules:\n- resources: [pods]\n  apiGroups: ['']\n", "standard input, document 1, line 4: Role apps/r: rule 1 needs verbs, and apiGroups and resources or nonResourceURLs"},
		{"a field after a text like it", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: r\n  namespace: apps\n  annotations:\n    note: |\n      rules: of the house\nrules: none\n", "standard input, document 1, line 9: Role apps/r: rules must not be of type string"},
		{"no roleRef", binding + "subjects: []\n", "standard input, document 1, line 1: RoleBinding apps/b: roleRef must name a ClusterRole, or in a RoleBinding a Role"},
		{"a subject of no kind", binding + "roleRef: {kind: Role, name: r}\nsubjects:\n- kind: Robot\n  name: x\n", "standard input, document 1, line 5: RoleBinding apps/b: a subject must be a ServiceAccount with its namespace, a User or a Group, and have a name"},
		{"two that differ", role + "---\n" + role + "rules: []\n", "standard input, document 2, line 5: Role apps/r is there a second time, and not as in standard input, document 1: give only what is applied together, for example one of several overlays"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := Read(strings.NewReader(test.text), "-")
			if err == nil {
				_, _, err = m.Snapshot(Options{})
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	if _, err := Read(nil, filepath.Join(t.TempDir(), "missing.yaml")); err == nil || !strings.HasSuffix(err.Error(), "missing.yaml: no such file or directory") {
		t.Errorf("got %v", err)
	}
	if _, _, err := read(t, "").Snapshot(Options{KubeVersion: "latest"}); err == nil {
		t.Error("latest is a version of Kubernetes")
	}
}

func TestReadFolder(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"tenants/dev.yaml":       "apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
		"tenants/list.json":      `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a","namespace":"dev"}}]}`,
		"roles.yml":              "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems:\n- metadata: {name: r, namespace: dev}\n",
		"values.yaml":            "replicas: 1\n",
		"lines.yaml":             "- a\n- b\n",
		"README.md":              "kind: [\n",
		".git/config.yaml":       "kind: [\n",
		"empty.yaml":             "# nothing\n---\n\n---\n",
		"crlf.yaml":              "---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: windows}\r\n...\r\n",
		"app/kustomization.yaml": "namePrefix: a-\nresources: [pod.yaml]\n",
		"app/pod.yaml":           "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: built}\n",
		"app/left-over.yaml":     "kind: [\n",
		"other/secret.yaml":      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: Yg==}\n",
		"other/same.yaml":        "apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n",
		"other/anonymous.yaml":   "apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-}\n",
		"other/one-line.yaml":    "--- {apiVersion: v1, kind: Namespace, metadata: {name: one}}\n",
		"other/block.yaml":       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: |\n    ---\n    b\n",
		"other/trailing.yaml":    "\ufeffapiVersion: v1\nkind: Namespace\nmetadata: {name: bom}",
		"other/directive.yaml":   "%YAML 1.1\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: directive}\n",
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Read(nil, folder)
	if err != nil {
		t.Fatal(err)
	}
	want := "ConfigMap (2), no Kubernetes object (2), Pod (1), Secret (1), Service (1)"
	if got := m.Ignored(); got != want {
		t.Errorf("ignored %s\nwant    %s", got, want)
	}
	var got []string
	for _, o := range m.objects {
		if o.raw != nil {
			got = append(got, o.title())
		}
		if o.kind == "Secret" && (o.raw != nil) {
			t.Error("a Secret was kept")
		}
	}
	wantObjects := "Namespace windows, Namespace bom, Namespace directive, Namespace one, Namespace dev, Role dev/r, ServiceAccount dev/a"
	if g := strings.Join(got, ", "); len(got) != 7 {
		t.Errorf("got %s, want %s in any order", g, wantObjects)
	}
}
