// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestChangedBindingsAffectTheirAccounts(t *testing.T) {
	dev := matrix.ServiceAccount("shop", "default")
	for name, test := range map[string]struct {
		subject rbacv1.Subject
		want    []matrix.Subject
		all     bool
	}{
		"with a namespace":    {rbacv1.Subject{Kind: "ServiceAccount", Namespace: "shop", Name: "default"}, []matrix.Subject{dev}, false},
		"without a namespace": {rbacv1.Subject{Kind: "ServiceAccount", Name: "default"}, []matrix.Subject{dev}, false},
		"by its user name":    {rbacv1.Subject{Kind: "User", Name: "system:serviceaccount:shop:default"}, []matrix.Subject{dev}, false},
		"a user":              {rbacv1.Subject{Kind: "User", Name: "alice"}, []matrix.Subject{{Kind: "User", Name: "alice"}}, false},
		"a group":             {rbacv1.Subject{Kind: "Group", Name: "system:authenticated"}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := &rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "b"},
				RoleRef:    rbacv1.RoleRef{Kind: "Role", Name: "r"},
				Subjects:   []rbacv1.Subject{test.subject},
			}
			got, all := affectedByBinding(b)
			if diff := cmp.Diff(test.want, got); diff != "" || all != test.all {
				t.Errorf("the binding affects every account: %t, want %t; %s", all, test.all, diff)
			}

			bindings := cache.NewStore(cache.MetaNamespaceKeyFunc)
			if err := bindings.Add(b); err != nil {
				t.Fatal(err)
			}
			w := &watcher{bindings: []cache.Store{bindings}}
			got, all = w.affectedByRole("Role")(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "r"}})
			if diff := cmp.Diff(test.want, got); diff != "" || all != test.all {
				t.Errorf("its role affects every account: %t, want %t; %s", all, test.all, diff)
			}
			got, all = w.affectedByRole("Role")(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "other", Name: "r"}})
			if got != nil || all {
				t.Errorf("a Role of another namespace affects %v, %t", got, all)
			}
		})
	}
}
