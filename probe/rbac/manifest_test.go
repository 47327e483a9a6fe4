// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestYAML(t *testing.T) {
	needs := MinimalRoles(reviews("apps/dev get pods in staging"))
	got, err := needs[0].YAML("FP401 it must", "FP402\n- so")
	if err != nil {
		t.Fatal(err)
	}
	want := `---
# FP401 it must
# FP402 - so
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: flux-probe:apps:dev
  namespace: staging
rules:
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - get
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: flux-probe:apps:dev
  namespace: staging
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: flux-probe:apps:dev
subjects:
- kind: ServiceAccount
  name: dev
  namespace: apps
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	user := RoleNeed{Subject: matrix.Subject{Kind: matrix.KindUser, Name: "oidc/dev"}}
	if _, b := user.Objects(); b.(*rbacv1.ClusterRoleBinding).RoleRef.Name != "flux-probe:User:oidc~1dev" {
		t.Errorf("got %+v", b)
	}
}
