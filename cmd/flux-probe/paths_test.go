// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe/scan"
)

// token is a binding by which a tenant of the demo can create tokens in flux-system.
const token = `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: tokens, namespace: flux-system}
rules: [{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: tokens, namespace: flux-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tokens}
subjects: [{kind: ServiceAccount, name: reconciler, namespace: shop}]
`

// namespaceAlone is a cluster without a tenant.
const namespaceAlone = "{apiVersion: v1, kind: Namespace, metadata: {name: apps}}\n"

func TestPathsExit(t *testing.T) {
	fleet := string(scan.DemoManifests())
	for _, test := range []struct {
		name, manifests string
		args            []string
		code            int
		want            string // in either output
	}{
		{"to another tenant", fleet, nil, 1, "search/reconciler to tenant "},
		{"from one account", fleet + token, []string{"shop/reconciler"}, 1, "shop/reconciler to cluster-admin: 2 steps"},
		{"to an account", fleet + token, []string{"--to", "flux-system/kustomize-controller"}, 1, "1 path from"},
		{"none", fleet, []string{"shop/reconciler"}, 0, "0 paths from 1 account, 0 reviews: pass"},
		{"none to the goal", fleet, []string{"--to", "cluster-admin"}, 0, ": pass"},
		{"to Secrets alone", fleet, []string{"--to", "secrets"}, 0, "search/reconciler to every Secret: 1 step"},
		{"no tenant", namespaceAlone, nil, 3, ": undetermined"},
		{"an account that is not there", fleet, []string{"shop/reconcilr"}, 2, "reconcilr"},
		{"a goal that is not there", fleet, []string{"--to", "nowhere"}, 2, "want one of cluster-admin"},
	} {
		code, stdout, stderr := call(t, test.manifests, append([]string{"paths", "--manifests", "-"}, test.args...)...)
		if code != test.code || !strings.Contains(stdout+stderr, test.want) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", test.name, code, test.code, test.want, stdout, stderr)
		}
	}
	if code, stdout, _ := call(t, "", "demo", "paths"); code != 1 || !strings.Contains(stdout, "this is a demo") {
		t.Errorf("demo paths: exit %d\n%s", code, stdout)
	}
}
