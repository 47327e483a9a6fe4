// SPDX-License-Identifier: Apache-2.0

package assume_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/manifests"
)

// What would be read of single objects, also of kinds that no snapshot has.
func TestLive(t *testing.T) {
	const owner = "kustomize.toolkit.fluxcd.io/name"
	files := map[string]string{
		"new":       "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: apps, name: web, labels: {a: b}, annotations: {c: d}}}",
		"namespace": "{apiVersion: v1, kind: Namespace, metadata: {name: apps}}",
	}
	web := model.Entry{Namespace: "apps", Name: "web", Kind: "ConfigMap"}
	binding := model.Entry{Namespace: "apps", Name: "dev-team", Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}
	there := model.Live{Exists: true, Labels: map[string]string{owner: "x", "old": "y"}, Annotations: map[string]string{"e": "f"}}
	applied := model.Live{Exists: true, Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}}
	for name, test := range map[string]struct {
		assume    []string
		e         model.Entry
		now, want model.Live
		changes   bool
	}{
		"something else":             {[]string{"file=new"}, binding, there, there, false},
		"applied":                    {[]string{"file=new"}, web, model.Live{}, applied, true},
		"applied again":              {[]string{"file=new"}, web, there, model.Live{Exists: true, Labels: map[string]string{owner: "x", "a": "b"}, Annotations: map[string]string{"c": "d", "e": "f"}}, true},
		"deleted":                    {[]string{"delete=RoleBinding/apps/dev-team"}, binding, there, model.Live{}, true},
		"deleted with its namespace": {[]string{"delete=Namespace/apps"}, web, there, model.Live{}, true},
		"applied, and deleted":       {[]string{"file=new", "delete=Namespace/apps"}, web, there, model.Live{}, true},
		"deleted, and applied":       {[]string{"delete=Namespace/apps", "file=namespace", "file=new"}, web, there, applied, true},
	} {
		list, err := assume.Parse(test.assume, func(path string) (*manifests.Manifests, error) { return read(t, files[path]), nil })
		if err != nil {
			t.Fatal(err)
		}
		after, err := assume.Apply(taken(t), list, assume.Options{AllKinds: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, after.Live(test.e, test.now)); diff != "" || after.Changes(test.e) != test.changes {
			t.Errorf("%s (-want +got), changes %t:\n%s", name, after.Changes(test.e), diff)
		}
	}
}
