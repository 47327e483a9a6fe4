// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestParse(t *testing.T) {
	team := matrix.ServiceAccount("apps", "dev-team")
	kustomize := matrix.ServiceAccount("flux-system", "kustomize-controller")
	const user = `User "system:serviceaccount:apps:dev-team"`
	tests := []struct {
		name, message string
		want          []Refusal
	}{
		{name: "none", message: "dependency 'apps/x' is not ready"},
		{
			name:    "server-side apply",
			message: `Deployment/apps/web dry-run failed (Forbidden): deployments.apps "web" is forbidden: ` + user + ` cannot patch resource "deployments" in API group "apps" in the namespace "apps"`,
			want:    []Refusal{{team, matrix.Access{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps", Name: "web"}}},
		},
		{
			name:    "at the cluster scope, without a name",
			message: `namespaces is forbidden: ` + user + ` cannot create resource "namespaces" in API group "" at the cluster scope`,
			want:    []Refusal{{team, matrix.Access{Verb: "create", Resource: "namespaces"}}},
		},
		{
			name:    "a subresource, quoted once more",
			message: `pods \"web-0\" is forbidden: User \"system:serviceaccount:apps:dev-team\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"apps\"`,
			want:    []Refusal{{team, matrix.Access{Verb: "get", Resource: "pods", Subresource: "log", Namespace: "apps", Name: "web-0"}}},
		},
		{
			name: "several, one of them twice, with the authorizer's words",
			message: `secrets is forbidden: ` + user + ` cannot list resource "secrets" in API group "" in the namespace "apps": RBAC: role.rbac.authorization.k8s.io "x" not found` + "\n" +
				`secrets is forbidden: ` + user + ` cannot list resource "secrets" in API group "" in the namespace "apps"; ` +
				`clusterroles.rbac.authorization.k8s.io "system:a" is forbidden: ` + user + ` cannot delete resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope`,
			want: []Refusal{
				{team, matrix.Access{Verb: "list", Resource: "secrets", Namespace: "apps"}},
				{team, matrix.Access{Verb: "delete", Group: "rbac.authorization.k8s.io", Resource: "clusterroles", Name: "system:a"}},
			},
		},
		{
			name:    "impersonation",
			message: `serviceaccounts "dev-team" is forbidden: User "system:serviceaccount:flux-system:kustomize-controller" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "apps"`,
			want:    []Refusal{{kustomize, matrix.Access{Verb: "impersonate", Resource: "serviceaccounts", Namespace: "apps", Name: "dev-team"}}},
		},
		{
			name:    "constrained impersonation",
			message: `configmaps is forbidden: User "system:serviceaccount:flux-system:kustomize-controller" cannot impersonate-on:serviceaccount:list resource "configmaps" in API group "" in the namespace "apps"`,
			want:    []Refusal{{kustomize, matrix.Access{Verb: "impersonate-on:serviceaccount:list", Resource: "configmaps", Namespace: "apps"}}},
		},
		{
			name:    "a path, and a user who is no account",
			message: `forbidden: User "gotk:apps:reconciler" cannot get path "/openapi/v3"`,
			want:    []Refusal{{matrix.Subject{Kind: "User", Name: "gotk:apps:reconciler"}, matrix.Access{Verb: "get", Path: "/openapi/v3"}}},
		},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Parse(test.message)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
