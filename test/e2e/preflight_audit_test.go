// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightOnlyReads reads in the API server's own words what preflight did: it lists, gets and creates access
// reviews, each once, and reads no Secret although the change adds one and drops another.
func TestPreflightOnlyReads(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{AuditPolicy: auditPolicy})
	admin := fluxed(t, c)
	objects, err := cluster.Decode([]byte(`
apiVersion: v1
kind: Secret
metadata: {name: old, namespace: default}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: default}
spec: {interval: 5m, prune: true, path: ./deploy, sourceRef: {kind: GitRepository, name: web}, postBuild: {substituteFrom: [{kind: Secret, name: values}, {kind: ConfigMap, name: values, optional: true}]}}
status: {inventory: {entries: [{id: default_old__Secret, v: v1}, {id: default_gone__ConfigMap, v: v1}]}}
`))
	if err == nil {
		err = c.Apply(t.Context(), objects...)
	}
	if err == nil {
		err = c.ApplyStatus(t.Context(), objects[1])
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [web.yaml]\n",
		"web.yaml":           "apiVersion: v1\nkind: Secret\nmetadata: {name: new, namespace: default}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: new, namespace: default}\n",
	} {
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	before := len(requests(t, c.AuditLog))
	if status, out, stderr := fluxProbe(t, "preflight", "kustomization/web", "-n", "default", "-f", folder, "-o", "json", "--kubeconfig", admin); status != 0 {
		t.Fatalf("exit status %d\n%s%s", status, out, stderr)
	}
	seen := requests(t, c.AuditLog)[before:]
	reviews := 0
	for _, r := range seen {
		switch verb, resource, _ := strings.Cut(r, " "); {
		case r == "create subjectaccessreviews":
			reviews++
		case r == "create selfsubjectreviews", r == "create selfsubjectaccessreviews":
		case verb != "get" && verb != "list", resource == "secrets":
			t.Errorf("%s", r)
		}
	}
	for _, want := range []string{"get configmaps", "get services"} {
		if !slices.Contains(seen, want) {
			t.Errorf("nothing asked to %s", want)
		}
	}
	// get, patch, create and delete of Secrets, and get, patch and create of Services: the names are not asked about where
	// the namespace is enough, and what is gone needs no deletion.
	if reviews != 7 {
		t.Errorf("%d reviews, want 7: %v", reviews, seen)
	}
}
