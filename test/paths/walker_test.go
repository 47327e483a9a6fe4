// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// walker is the cluster that paths are walked on, with the rights of its administrator.
type walker struct {
	*testing.T
	*cluster.Cluster
	admin string // kubeconfig
}

func (w *walker) create(o client.Object) {
	w.Helper()
	if err := w.Client.Create(w.Context(), o); err != nil {
		w.Fatal(err)
	}
}

func (w *walker) remove(o client.Object) {
	w.Helper()
	if err := client.IgnoreNotFound(w.Client.Delete(w.Context(), o)); err != nil {
		w.Fatal(err)
	}
}

// cut removes from the planted roles the one rule that a cut names, and what a step has added to them.
func (w *walker) cut(t *testing.T, planted []client.Object, remove string) {
	t.Helper()
	cut := 0
	without := func(rules []rbacv1.PolicyRule) (left []rbacv1.PolicyRule) {
		for _, rule := range rules {
			if strings.HasSuffix(remove, ": "+rbac.RuleText(rule)) {
				cut++
			} else {
				left = append(left, rule)
			}
		}
		return left
	}
	for _, o := range planted {
		var now client.Object
		switch role := o.(type) {
		case *rbacv1.ClusterRole:
			now = &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: role.Name}, Rules: without(role.Rules)}
		case *rbacv1.Role:
			now = &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: role.Namespace, Name: role.Name}, Rules: without(role.Rules)}
		default:
			continue
		}
		if err := w.Client.Update(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	if cut != 1 {
		t.Errorf("%q names %d of the planted rules", remove, cut)
	}
}

// taken are the objects that steps make, all of one name.
func taken() []client.Object {
	name, inFlux := metav1.ObjectMeta{Name: "taken"}, metav1.ObjectMeta{Namespace: "flux-system", Name: "taken"}
	return []client.Object{
		&rbacv1.ClusterRoleBinding{ObjectMeta: name}, &rbacv1.RoleBinding{ObjectMeta: inFlux}, &corev1.Secret{ObjectMeta: inFlux},
		&certificatesv1.CertificateSigningRequest{ObjectMeta: name}, &admissionv1.MutatingWebhookConfiguration{ObjectMeta: name},
	}
}

// granted plants a ClusterRole, bound to the tenant in a namespace, or in the whole cluster when that is "".
func granted(namespace string, rules ...rbacv1.PolicyRule) func() []client.Object {
	return grantedTo(myself, namespace, rules...)
}

func grantedTo(subjects []rbacv1.Subject, namespace string, rules ...rbacv1.PolicyRule) func() []client.Object {
	return func() []client.Object {
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "planted"}
		objects := []client.Object{&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "planted"}, Rules: rules}}
		if namespace == "" {
			return append(objects, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "planted"}, Subjects: subjects, RoleRef: ref})
		}
		return append(objects, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "planted"}, Subjects: subjects, RoleRef: ref})
	}
}

// grantedByRole plants a Role in a namespace instead.
func grantedByRole(namespace string, rules ...rbacv1.PolicyRule) func() []client.Object {
	return func() []client.Object {
		meta := metav1.ObjectMeta{Namespace: namespace, Name: "planted"}
		return []client.Object{
			&rbacv1.Role{ObjectMeta: meta, Rules: rules},
			&rbacv1.RoleBinding{ObjectMeta: meta, Subjects: myself, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "planted"}},
		}
	}
}
