// SPDX-License-Identifier: Apache-2.0

package assume_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const fleet = `
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: flux-system, name: kustomize-controller, labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/component: kustomize-controller, app.kubernetes.io/version: v2.9.5}}
spec: {template: {spec: {serviceAccountName: kustomize-controller, containers: [{name: manager, image: x, args: [--watch-all-namespaces=true, --sops-age-secret, keys, --no-remote-bases]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: flux-system, name: source-controller, labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/component: source-controller, app.kubernetes.io/version: v2.9.5}}
spec: {template: {spec: {serviceAccountName: source-controller, containers: [{name: manager, image: x}]}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: crd-controller}
rules:
- {apiGroups: [source.toolkit.fluxcd.io], resources: ['*'], verbs: ['*']}
- {apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}
- {apiGroups: [''], resources: [pods], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crd-controller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: crd-controller}
subjects: [{kind: ServiceAccount, namespace: flux-system, name: source-controller}]
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: dev-team, labels: {kustomize.toolkit.fluxcd.io/name: tenants}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: dev-team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, namespace: apps, name: dev-team}]
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: web}
spec: {sourceRef: {kind: GitRepository, name: web}}
status: {inventory: {entries: []}}
`

func read(t *testing.T, text string) *manifests.Manifests {
	t.Helper()
	m, err := manifests.Read(strings.NewReader(text), "-")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func taken(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	s, _, err := read(t, fleet).Snapshot(manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// apply makes assumptions; a text that begins with --- is a file.
func apply(t *testing.T, s *snapshot.Snapshot, texts ...string) (*snapshot.Snapshot, error) {
	t.Helper()
	for i, text := range texts {
		if strings.HasPrefix(text, "---") {
			path := filepath.Join(t.TempDir(), "file.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			texts[i] = "file=" + path
		}
	}
	list, err := assume.Parse(texts, func(path string) (*manifests.Manifests, error) { return manifests.Read(nil, path) })
	if err != nil {
		return nil, err
	}
	if got := list.Strings(); !slices.Equal(got, texts) {
		t.Errorf("the list is %q, want %q", got, texts)
	}
	after, err := assume.Apply(s, list, assume.Options{})
	if err != nil {
		return nil, err
	}
	return after.Snapshot, nil
}

func TestWhatChangesNothingIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"nonsense":                               "want flux=VERSION",
		"flags=x":                                `unknown kind "flags": did you mean "flag"?`,
		"flux=":                                  "the value is empty",
		"flux=nine":                              `"nine" is not a version`,
		"flux=v3.0.0":                            "the permissions of Flux v3.0.0 are not known; those of v2.2.0 to v2.10.0 are",
		"flux=2.9.5":                             "Flux is v2.9.5 already",
		"flag=kustomize-controller":              "want flag=CONTROLLER:--FLAG=VALUE",
		"flag=kustomize-contoller:--help":        "no controller kustomize-contoller was found; did you mean kustomize-controller?",
		"flag=kustomize-controller:--no-remote":  "no check depends on --no-remote",
		"flag=helm-controller:--no-remote-bases": "no controller helm-controller was found",
		"flag=source-controller:--no-remote-bases":                                        "source-controller has no --no-remote-bases in Flux v2.9.5; it is a flag of kustomize-controller",
		"flag=kustomize-controller:--no-remote-bases=true":                                "--no-remote-bases=true is what they run with already",
		"flag=kustomize-controller:--no-remote-bases=maybe":                               `--no-remote-bases is true or false, not "maybe"`,
		"flag=kustomize-controller:--default-service-account=":                            "--default-service-account needs a value",
		"flag=kustomize-controller:--default-service-account-":                            "--default-service-account is not set there",
		"flag=kustomize-controller:--sops-age-secret=keys":                                "--sops-age-secret=keys is what they run with already",
		"flag=kustomize-controller:--feature-gates=ExternalArtefact=true":                 `did you mean "ExternalArtifact"?`,
		"flag=source-controller:--feature-gates=ExternalArtifact=true":                    "source-controller has no feature gate ExternalArtifact",
		"flag=*:--insecure-allow-http=true":                                               "",
		"delete=RoleBinding":                                                              "want delete=KIND/NAMESPACE/NAME",
		"delete=RoleBinding/apps/devteam":                                                 "there is no RoleBinding apps/devteam; did you mean RoleBinding/apps/dev-team?",
		"delete=RoleBindings/dev-team":                                                    "did you mean RoleBinding/apps/dev-team?",
		"delete=Kustomizatoin/apps/web":                                                   "did you mean Kustomization?",
		"delete=Service/apps/web":                                                         "no check depends on objects of kind Service",
		"--- {apiVersion: v1, kind: Service, metadata: {name: x}}":                        "it has no object that a check depends on, but Service (1)",
		"--- {apiVersion: v1, kind: ServiceAccount, metadata: {namespace: app, name: x}}": "ServiceAccount app/x is in a namespace that does not exist",
		`--- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: apps, name: dev-team}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}}`: "RoleBinding apps/dev-team has another roleRef",
	} {
		_, err := apply(t, taken(t), text)
		var refused *assume.Error
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func TestSnapshotIsNotChanged(t *testing.T) {
	s := taken(t)
	before := len(s.Deployments[0].Spec.Template.Spec.Containers[0].Args)
	_, err := apply(t, s, "flux=2.10", "flag=*:--default-service-account=default", "delete=rolebinding/apps/dev-team",
		"---\n{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: dev-team}}")
	if err != nil {
		t.Fatal(err)
	}
	if role, _ := s.RBAC().Role("", "crd-controller"); len(role.Rules) != 3 || len(s.Deployments[0].Spec.Template.Spec.Containers[0].Args) != before ||
		s.Deployments[0].Labels["app.kubernetes.io/version"] != "v2.9.5" {
		t.Error("the snapshot that was read has changed")
	}
	if _, ok := s.RBAC().Binding("apps", "dev-team"); !ok {
		t.Error("the binding is gone from the snapshot that was read")
	}
}

func TestReleaseKeepsWhatSomebodyElseChanged(t *testing.T) {
	after, err := apply(t, taken(t), "flux=2.10")
	if err != nil {
		t.Fatal(err)
	}
	role, _ := after.RBAC().Role("", "crd-controller")
	var resources []string
	for _, rule := range role.Rules {
		resources = append(resources, rule.Resources...)
	}
	if !slices.Equal(resources, []string{"*", "pods"}) {
		t.Errorf("the role grants %q, want no tokens, and still pods", resources)
	}
	if m := model.New(after, model.Options{}); m.Installs[0].Version != "v2.10" {
		t.Errorf("Flux is %s", m.Installs[0].Version)
	}
}

func TestFlagsAreSetAndRemoved(t *testing.T) {
	after, err := apply(t, taken(t), "flag=flux-system/kustomize-controller:--sops-age-secret-", "flag=kustomize-controller:--no-remote-bases=false",
		"flag=kustomize-controller:--feature-gates=ExternalArtifact=true")
	if err != nil {
		t.Fatal(err)
	}
	got := model.New(after, model.Options{}).Component("kustomize-controller")[0].Args
	if want := []string{"--watch-all-namespaces=true", "--no-remote-bases=false", "--feature-gates=ExternalArtifact=true"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestObjectsAreReplacedAsByApply(t *testing.T) {
	after, err := apply(t, taken(t), `---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: dev-team}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: fresh}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: web}
spec: {serviceAccountName: dev-team, sourceRef: {kind: GitRepository, name: web}}
`)
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := after.Account(matrix.ServiceAccount("apps", "dev-team")); a.Labels["kustomize.toolkit.fluxcd.io/name"] != "tenants" {
		t.Error("the labels of the owner are gone")
	}
	if _, ok := after.Account(matrix.ServiceAccount("fresh", "default")); !ok {
		t.Error("the new namespace has no default account")
	}
	o, _ := after.Object("kustomize.toolkit.fluxcd.io", "Kustomization", "apps", "web")
	if spec := o.Fields["spec"].(map[string]any); spec["serviceAccountName"] != "dev-team" || o.Fields["status"] == nil {
		t.Errorf("got %v", o.Fields)
	}
}

func TestDeletedNamespaceTakesAllWithIt(t *testing.T) {
	after, err := apply(t, taken(t), "delete=ns/apps")
	if err != nil {
		t.Fatal(err)
	}
	_, bound := after.RBAC().Binding("apps", "dev-team")
	_, account := after.Account(matrix.ServiceAccount("apps", "dev-team"))
	if _, there := after.Namespace("apps"); bound || account || there || len(after.Objects) > 0 {
		t.Error("something is left in the namespace")
	}
}

func TestLockdownLeavesOutWhatIsSet(t *testing.T) {
	got := assume.Lockdown(model.New(taken(t), model.Options{})).Strings()
	want := []string{"flag=flux-system/kustomize-controller:--no-cross-namespace-refs=true", "flag=flux-system/kustomize-controller:--default-service-account=default"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCompletions(t *testing.T) {
	for begun, want := range map[string]string{
		"":                                 "flag=",
		"flag=kus":                         "flag=kustomize-controller:",
		"flag=kustomize-controller:--no-r": "flag=kustomize-controller:--no-remote-bases=true",
		"delete=RoleB":                     "delete=RoleBinding/",
	} {
		if got := assume.Completions(begun); !slices.Contains(got, want) {
			t.Errorf("%q is completed by %q, want %q among them", begun, got, want)
		}
	}
}
