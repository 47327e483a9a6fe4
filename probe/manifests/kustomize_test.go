// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// tree writes files below a new working directory.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		file := filepath.FromSlash(name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	team = "# The account of the team.\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: dev, namespace: apps}\n---\n" +
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: dev, namespace: apps}\n" +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}\nsubjects: [{kind: ServiceAccount, name: dev, namespace: apps}]\n"
	patch = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: dev, namespace: apps}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
)

// TestOverlaysAreBuilt reads a base with an overlay: what counts is what is applied, which is located where it
// comes from.
func TestOverlaysAreBuilt(t *testing.T) {
	tree(t, map[string]string{
		"tenants/base/kustomization.yaml":       "resources: [team.yaml]\n",
		"tenants/base/team.yaml":                team,
		"tenants/base/unused.yaml":              "kind: [\n",
		"tenants/production/kustomization.yaml": "namespace: prod\nnamePrefix: p-\nresources: [../base]\npatches: [{path: patch.yaml}]\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n",
		"tenants/production/patch.yaml":         patch,
		"tenants/parts/kustomization.yaml":      "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n",
		"tenants/plain/account.yaml":            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: plain}\n",
	})
	absolute, err := filepath.Abs("tenants")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"tenants", "./tenants/", absolute} {
		m, err := Read(nil, path)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := m.Snapshot(Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := map[matrix.Origin]snapshot.Place{
			{Kind: "ServiceAccount", Namespace: "prod", Name: "p-dev"}:    {File: "tenants/base/team.yaml", Line: 2},
			{Kind: "RoleBinding", Namespace: "prod", Name: "p-dev"}:       {File: "tenants/base/team.yaml", Line: 6},
			{Kind: "ServiceAccount", Namespace: "default", Name: "plain"}: {File: "tenants/plain/account.yaml", Line: 1},
		}
		if diff := cmp.Diff(want, s.Places); diff != "" {
			t.Errorf("%s: places (-want +got):\n%s", path, diff)
		}
		for _, b := range s.Bindings {
			if b.Name == "p-dev" && (b.RoleRef.Name != "view" || b.Subjects[0].Name != "p-dev" || b.Subjects[0].Namespace != "prod") {
				t.Errorf("%s: got %+v", path, b)
			}
		}
	}
}

// TestOverlaysThatCannotBeBuilt wants one line that names the file, and nothing fetched.
func TestOverlaysThatCannotBeBuilt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was fetched", r.URL) }))
	defer server.Close()
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a remote file":  {map[string]string{"a/kustomization.yaml": "resources: [" + server.URL + "/x.yaml]\n"}, `a/kustomization.yaml: it cannot be built: "` + server.URL + `/x.yaml" is remote`},
		"a remote base":  {map[string]string{"a/kustomization.yaml": "bases: ['github.com/org/repo//base?ref=v1']\n"}, `a/kustomization.yaml: it cannot be built: "github.com/org/repo//base?ref=v1" is remote`},
		"a Git address":  {map[string]string{"a/kustomization.yaml": "components: ['git@example.com:org/repo']\n"}, "is remote"},
		"a remote patch": {map[string]string{"a/kustomization.yaml": "patches: [{path: " + server.URL + "/p.yaml}]\n"}, "is remote"},
		"a remote value": {map[string]string{"a/kustomization.yaml": "configMapGenerator: [{name: c, files: ['k=" + server.URL + "/p.yaml']}]\n"}, "is remote"},
		"remote in a base": {map[string]string{
			"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [" + server.URL + "/x.yaml]\n",
		}, "b/kustomization.yaml: it cannot be built: "},
		"a chart":          {map[string]string{"a/kustomization.yaml": "helmCharts: [{name: c, repo: 'https://example.com'}]\n"}, "helm is not run"},
		"a plugin":         {map[string]string{"a/kustomization.yaml": "transformers: [t.yaml]\n"}, "plugins are not run"},
		"a missing base":   {map[string]string{"a/kustomization.yaml": "resources: [../b]\n"}, "a/kustomization.yaml: it cannot be built: "},
		"an unknown field": {map[string]string{"a/kustomization.yaml": "resource: [x.yaml]\n"}, `a/kustomization.yaml: it cannot be built: `},
		"nothing":          {map[string]string{"a/kustomization.yaml": "namePrefix: \"\"\n"}, "a/kustomization.yaml: it cannot be built: "},
		"two overlays of a base": {map[string]string{
			"base/kustomization.yaml": "resources: [team.yaml]\n", "base/team.yaml": team, "one/kustomization.yaml": "resources: [../base]\n",
			"two/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n", "two/patch.yaml": patch,
		}, "is there a second time, and not as in base/team.yaml, document 2: give only what is applied together, for example one of several overlays"},
	} {
		t.Run(name, func(t *testing.T) {
			tree(t, test.files)
			_, err := Read(nil, ".")
			if bad := (*Error)(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got  %v\nwant one line with %s", err, test.want)
			}
		})
	}
}

// fluxKustomization is one with a path of a source.
func fluxKustomization(namespace, path, source string) string {
	return "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: " + namespace +
		"}\nspec: {path: " + path + ", sourceRef: {kind: GitRepository, name: " + source + ", namespace: flux-system}}\n"
}

func TestInventories(t *testing.T) {
	account := func(name string) string {
		return "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: " + name + ", namespace: apps}\n"
	}
	files := map[string]string{
		"deploy/a.yaml":            account("a"),
		"deploy/sub/b.yaml":        account("b"),
		"legacy/deploy/c.yaml":     account("c"),
		"built/kustomization.yaml": "resources: [d.yaml]\n",
		"built/d.yaml":             account("d"),
		"built/sub/e.yaml":         account("e"),
	}
	for name, test := range map[string]struct {
		kustomizations string
		paths          []string
		want           map[string]string // the accounts by namespace
		gaps           int
	}{
		"a folder":                   {fluxKustomization("x", "./deploy", "s"), []string{"."}, map[string]string{"x": "a b"}, 0},
		"without the dot":            {fluxKustomization("x", "legacy/deploy/", "s"), []string{"."}, map[string]string{"x": "c"}, 0},
		"the root":                   {fluxKustomization("x", "./", "s"), []string{"."}, map[string]string{"x": "a b c d e"}, 0},
		"no path":                    {fluxKustomization("x", "''", "s"), []string{"."}, map[string]string{"x": "a b c d e"}, 0},
		"what is built":              {fluxKustomization("x", "built", "s"), []string{"."}, map[string]string{"x": "d"}, 0},
		"no such folder":             {fluxKustomization("x", "sub", "s"), []string{"."}, map[string]string{}, 0},
		"the folder is given itself": {fluxKustomization("x", "legacy/deploy", "s"), []string{"k.yaml", "legacy/deploy"}, map[string]string{"x": "c"}, 0},
		"a part of it is given":      {fluxKustomization("x", "legacy/deploy", "s"), []string{"k.yaml", "legacy"}, map[string]string{"x": "c"}, 0},
		"two of one source":          {fluxKustomization("x", "deploy", "s") + fluxKustomization("other", "deploy/sub", "s"), []string{"."}, map[string]string{"x": "a b", "other": "b"}, 0},
		"two of two sources":         {fluxKustomization("x", "deploy", "s") + fluxKustomization("other", "deploy", "t"), []string{"."}, map[string]string{}, 2},
		"two sources, apart":         {fluxKustomization("x", "deploy", "s") + fluxKustomization("other", "built", "t"), []string{"."}, map[string]string{"x": "a b", "other": "d"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			all := maps.Clone(files)
			all["k.yaml"] = test.kustomizations
			tree(t, all)
			m, err := Read(nil, test.paths...)
			if err != nil {
				t.Fatal(err)
			}
			s, gaps, err := m.Snapshot(Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, k := range s.Objects {
				status, _ := k.Fields["status"].(map[string]any)
				inventory, _ := status["inventory"].(map[string]any)
				entries, _ := inventory["entries"].([]any)
				var accounts []string
				for _, e := range entries {
					if parts := strings.Split(e.(map[string]any)["id"].(string), "_"); parts[3] == "ServiceAccount" {
						accounts = append(accounts, parts[1])
					}
				}
				if len(accounts) > 0 {
					slices.Sort(accounts)
					got[k.Namespace] = strings.Join(accounts, " ")
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			contested := 0
			for _, gap := range gaps {
				if strings.HasPrefix(gap.What, "what Kustomization ") {
					contested++
				}
			}
			if contested != test.gaps {
				t.Errorf("%d gaps, want %d: %v", contested, test.gaps, gaps)
			}
		})
	}
}
