// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// repository writes files, and returns the folder.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func kustomization(t *testing.T, spec string) snapshot.Object {
	t.Helper()
	o := snapshot.Object{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	if err := yaml.Unmarshal([]byte("spec: "+spec), &o.Fields); err != nil {
		t.Fatal(err)
	}
	return o
}

// read returns the names of what is about to be applied, with their labels and files, and what is not known.
func read(t *testing.T, o snapshot.Object, values Values, paths ...string) (names, gaps []string) {
	t.Helper()
	m, unknown, err := Read(t.Context(), o, values, strings.NewReader(""), paths...)
	if err != nil {
		return []string{err.Error()}, nil
	}
	_, planned, err := m.Over(&snapshot.Snapshot{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range planned {
		name := p.Origin().String()
		if team := p.Labels["team"]; team != "" {
			name += " of " + team
		}
		names = append(names, name+" in "+filepath.Base(p.Place.File))
	}
	for _, gap := range unknown {
		gaps = append(gaps, gap.What+": "+gap.Why)
	}
	return names, gaps
}

var files = map[string]string{
	"deploy/kustomization.yaml": "resources: [web.yaml]\n",
	"deploy/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"web-${size}\", namespace: somewhere}\n---\n" +
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"as-${it}-is\", annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\n",
	"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [part.yaml]\n",
	"part/part.yaml":          "apiVersion: v1\nkind: Secret\nmetadata: {name: part}\n",
}

// A folder is built with all that the object's spec adds, at the version of kustomize that Flux has.
func TestBuild(t *testing.T) {
	values := func(_ context.Context, namespace, name string) (map[string]string, bool, error) {
		switch name {
		case "sizes":
			return map[string]string{"size": "large", "it": "it"}, namespace == "apps", nil
		case "broken":
			return nil, false, errors.New("connection refused")
		default:
			return nil, false, nil
		}
	}
	tests := []struct {
		name, spec  string
		want, gaps  []string
		withoutSpec bool
	}{
		{
			name: "nothing is added", spec: `{path: ./deploy}`,
			want: []string{"ConfigMap somewhere/web-${size} in web.yaml", "ConfigMap as-${it}-is in web.yaml"},
		},
		{
			name: "names, namespace and metadata", spec: `{path: deploy/, targetNamespace: apps, namePrefix: a-, nameSuffix: -z, commonMetadata: {labels: {team: web}}}`,
			want: []string{"ConfigMap apps/a-web-${size}-z of web in web.yaml", "ConfigMap apps/a-as-${it}-is-z of web in web.yaml"},
		},
		{
			name: "variables", spec: `{path: ./deploy, postBuild: {substitute: {it: gone}, substituteFrom: [{kind: ConfigMap, name: sizes}, {kind: ConfigMap, name: none, optional: true}]}}`,
			want: []string{"ConfigMap somewhere/web-large in web.yaml", "ConfigMap as-${it}-is in web.yaml"},
		},
		{
			name: "the object's own values come first", spec: `{path: ./deploy, postBuild: {substitute: {size: small}, substituteFrom: [{kind: ConfigMap, name: sizes}]}}`,
			want: []string{"ConfigMap somewhere/web-small in web.yaml", "ConfigMap as-${it}-is in web.yaml"},
		},
		{
			name: "a variable that nothing sets", spec: `{path: ./deploy, postBuild: {substitute: {other: x}}}`,
			want: []string{"ConfigMap somewhere/web- in web.yaml", "ConfigMap as-${it}-is in web.yaml"},
		},
		{
			name: "values that are not known", spec: `{path: ./deploy, postBuild: {substituteFrom: [{kind: Secret, name: s}, {kind: ConfigMap, name: none}, {kind: ConfigMap, name: broken}]}}`,
			want: []string{"ConfigMap somewhere/web-${size} in web.yaml", "ConfigMap as-${it}-is in web.yaml"},
			gaps: []string{
				"the values of Secret apps/s, which Kustomization apps/web substitutes: a Secret is never read; variables that nothing else sets are left as they stand",
				"the values of ConfigMap apps/none, which Kustomization apps/web substitutes: it does not exist, and Flux does not build without it; variables that nothing else sets are left as they stand",
				"the values of ConfigMap apps/broken, which Kustomization apps/web substitutes: it could not be read: connection refused; variables that nothing else sets are left as they stand",
			},
		},
		{
			name: "patches and components", spec: `{path: ./deploy, components: [../part, ../none], ignoreMissingComponents: true, patches: [{patch: "- {op: replace, path: /metadata/name, value: patched}", target: {kind: ConfigMap, name: web.*}}]}`,
			want: []string{"ConfigMap somewhere/patched in web.yaml", "ConfigMap as-${it}-is in web.yaml", "Secret part in part.yaml"},
		},
	}
	root := repository(t, files)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, path := range []string{root, filepath.Join(root, "deploy")} {
				names, gaps := read(t, kustomization(t, test.spec), values, path)
				if diff := cmp.Diff(test.want, names); diff != "" {
					t.Errorf("%s: what is applied (-want +got):\n%s", path, diff)
				}
				if diff := cmp.Diff(test.gaps, gaps); diff != "" {
					t.Errorf("%s: what is not known (-want +got):\n%s", path, diff)
				}
			}
		})
	}
}

// What has no kustomization file is taken as rendered, and what the object would add is named.
func TestRendered(t *testing.T) {
	root := repository(t, files)
	names, gaps := read(t, kustomization(t, `{namePrefix: a-, postBuild: {substitute: {size: x}}}`), nil, filepath.Join(root, "deploy", "web.yaml"))
	if diff := cmp.Diff([]string{"ConfigMap somewhere/web-${size} in web.yaml", "ConfigMap as-${it}-is in web.yaml"}, names); diff != "" || len(gaps) > 0 {
		t.Errorf("a file: %s, %v", diff, gaps)
	}
	plain := repository(t, map[string]string{"web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"})
	names, gaps = read(t, kustomization(t, `{namePrefix: a-}`), nil, plain)
	want := "spec.namePrefix of Kustomization apps/web: " + plain + " has no kustomization file, and is taken as rendered"
	if diff := cmp.Diff([]string{"ConfigMap web in web.yaml"}, names); diff != "" || len(gaps) != 1 || gaps[0] != want {
		t.Errorf("a folder: %s, %v", diff, gaps)
	}
	names, _ = read(t, kustomization(t, `{path: ./deploy, patches: [{patch: "- {op: none}", target: {kind: ConfigMap}}]}`), nil, root)
	if len(names) != 1 || !strings.Contains(names[0], "kustomization.yaml: it cannot be built: ") {
		t.Errorf("a patch that is none: %v", names)
	}
}
