// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// manifests reads flux2's own RBAC manifests of a release: the ClusterRoles and the
// ClusterRoleBindings by name.
func manifests(t *testing.T, version string) (map[string]rbacv1.ClusterRole, map[string]rbacv1.ClusterRoleBinding) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/fluxcd/flux2/v2@"+version).Output()
	if err != nil {
		t.Fatalf("downloading flux2 %s, whose manifests are the ground truth: %v\n%s", version, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	roles, bindings := map[string]rbacv1.ClusterRole{}, map[string]rbacv1.ClusterRoleBinding{}
	for _, file := range []string{"controller", "reconciler", "edit", "view"} {
		text, err := os.ReadFile(filepath.Join(module.Dir, "manifests", "rbac", file+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
			var role rbacv1.ClusterRole
			var binding rbacv1.ClusterRoleBinding
			if err := yaml.Unmarshal(document, &role); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal(document, &binding); err != nil {
				t.Fatal(err)
			}
			switch role.Kind {
			case "ClusterRole":
				roles[role.Name] = role
			case "ClusterRoleBinding":
				bindings[binding.Name] = binding
			default:
				t.Fatalf("%s: unexpected kind %q", file, role.Kind)
			}
		}
	}
	return roles, bindings
}

func TestReleasesAgreeWithFlux(t *testing.T) {
	for _, version := range []string{"v2.2.3", "v2.3.0", "v2.4.0", "v2.5.1", "v2.6.4", "v2.7.5", "v2.9.5"} {
		t.Run(version, func(t *testing.T) {
			roles, bindings := manifests(t, version)
			releases := Load().Releases
			release, assumed := releases.JudgedBy(version)
			if assumed != "" {
				t.Fatal(assumed)
			}
			for _, role := range releases.Roles {
				if theirs, ok := roles[role.Name]; ok {
					if diff := cmp.Diff(flat(theirs.Rules), flat(Policies(In(role.Rules, release)))); diff != "" {
						t.Errorf("rules of %s (-flux2 +releases.yaml):\n%s", role.Name, diff)
					}
					labels := map[string]string{}
					for _, l := range role.Labels {
						labels[l] = "true"
					}
					if diff := cmp.Diff(theirs.Labels, labels); diff != "" && len(theirs.Labels)+len(labels) > 0 {
						t.Errorf("labels of %s (-flux2 +releases.yaml):\n%s", role.Name, diff)
					}
				}
				if theirs, ok := bindings[role.Name]; ok {
					if diff := cmp.Diff(theirs.Subjects, subjects(role, release)); diff != "" {
						t.Errorf("subjects of %s (-flux2 +releases.yaml):\n%s", role.Name, diff)
					}
				}
			}
			if got, want := len(roles), 3; got != want {
				t.Errorf("flux2 ships %d ClusterRoles, want %d", got, want)
			}
			if role := bindings["cluster-reconciler"].RoleRef.Name; role != "cluster-admin" {
				t.Errorf("cluster-reconciler binds %s", role)
			}
		})
	}
}

// subjects are the subjects that the binding of a role names in a release.
func subjects(role Role, release version.Version) []rbacv1.Subject {
	var out []rbacv1.Subject
	for _, s := range role.Subjects {
		if s.Holds(release) {
			out = append(out, rbacv1.Subject{Kind: "ServiceAccount", Namespace: "flux-system", Name: s.Name})
		}
	}
	return out
}

// flat is each rule as group, resource, path and verb, one per line: how rules are grouped does not matter, and a
// rule that is granted twice counts once.
func flat(rules []rbacv1.PolicyRule) []string {
	var lines []string
	for _, r := range rules {
		for _, verb := range r.Verbs {
			for _, path := range r.NonResourceURLs {
				lines = append(lines, verb+" "+path)
			}
			for _, group := range r.APIGroups {
				for _, resource := range r.Resources {
					lines = append(lines, verb+" "+resource+"."+group)
				}
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
