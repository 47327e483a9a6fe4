// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"slices"
	"strings"
	"testing"
)

// TestPatchLeavesOut has objects that are not in a file as they were probed: the patch leaves the files alone and says
// why.
func TestPatchLeavesOut(t *testing.T) {
	few := change(t, both, ", delete] #", "] #")
	const everything = "resources: [tenant, cluster.yaml, team.yaml]\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a patch of an overlay": {map[string]string{
			"rbac.yaml": both, "kustomization.yaml": everything,
			"tenant/kustomization.yaml": "resources: [../rbac.yaml]\npatches:\n- target: {kind: Role}\n  patch: |-\n    - {op: replace, path: /rules/0/verbs, value: [get]}\n",
		}, "Role team/deploy: rbac.yaml: kustomize changes what the file has: make the change in the overlay"},
		"a prefix": {map[string]string{
			"rbac.yaml": few, "kustomization.yaml": everything,
			"tenant/kustomization.yaml": "namePrefix: our-\nresources: [../rbac.yaml]\n",
		}, "Role team/our-deploy: kustomize makes it, and rbac.yaml:2 does not have it under this name"},
		"a file that an overlay needs": {map[string]string{
			"tenant/rbac.yaml": both, "kustomization.yaml": everything, "tenant/kustomization.yaml": "resources: [rbac.yaml, debug.yaml]\n",
			"tenant/debug.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: debug}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects: [{kind: ServiceAccount, name: deploy, namespace: team}]\n",
		}, "ClusterRoleBinding debug: delete tenant/debug.yaml, and take it out of tenant/kustomization.yaml"},
		"an anchor": {map[string]string{
			"rbac.yaml": change(t, both, "    name: deploy # the same", "    name: &who deplyo # the same"),
		}, "RoleBinding team/deploy: rbac.yaml: it is written in a way that cannot be changed in place"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(repository(t, test.files))
			diff, left := patchOf(t)
			if diff != "" || !slices.Contains(left, test.want) {
				t.Errorf("left out:\n%s\npatch:\n%s", strings.Join(left, "\n"), diff)
			}
		})
	}
}

// TestPatchOutsideTheFolder probes files that git apply would not find from here.
func TestPatchOutsideTheFolder(t *testing.T) {
	folder := repository(t, map[string]string{"rbac.yaml": change(t, both, ", delete] #", "] #")})
	t.Chdir(t.TempDir())
	s, err := Open(t.Context(), Options{Target: Manifests(nil, "", folder)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Patch(t.Context(), FixOptions{})
	if err != nil || p.Difference != "" || len(p.LeftOut) != 1 || !strings.HasSuffix(p.LeftOut[0], " is not below the current folder, where git apply changes files") {
		t.Errorf("%v\n%q\n%s", err, p.LeftOut, p.Difference)
	}
}
