// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"math/rand/v2"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// controllerSubject is the account of kustomize-controller.
var controllerSubject = rbacv1.Subject{Kind: "ServiceAccount", Namespace: "flux-system", Name: "kustomize-controller"}

// impersonate gives the controller the right to act as the account of s in a random form: the legacy
// right by name or on all accounts, the constrained rights, those without one that is needed, or none.
func (s *scenario) impersonate(t *testing.T, c *cluster.Cluster, random *rand.Rand) {
	form := pick(random, []string{"legacy by name", "legacy on all accounts", "constrained", "constrained", "constrained without patch", "none"})
	s.rights = append(s.rights, "impersonation: "+form)
	legacy := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"impersonate"}}
	account := rbacv1.PolicyRule{
		APIGroups: []string{"authentication.k8s.io"}, Resources: []string{"serviceaccounts"}, ResourceNames: []string{"dev"},
		Verbs: []string{"impersonate:serviceaccount"},
	}
	verbs := []string{"impersonate-on:serviceaccount:get", "impersonate-on:serviceaccount:delete", "impersonate-on:serviceaccount:patch"}
	switch form {
	case "legacy by name":
		legacy.ResourceNames = []string{"dev"}
		s.give(t, c, s.namespace, legacy)
	case "legacy on all accounts":
		s.give(t, c, s.namespace, legacy)
	case "constrained", "constrained without patch":
		if form != "constrained" {
			verbs = verbs[:2]
		}
		acting := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps", "serviceaccounts"}, Verbs: verbs}
		if s.target == s.namespace {
			s.give(t, c, s.namespace, account, acting)
		} else {
			s.give(t, c, s.namespace, account)
			s.give(t, c, s.target, acting)
		}
	}
}

// give grants rules to the controller in a namespace.
func (s *scenario) give(t *testing.T, c *cluster.Cluster, namespace string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	create(t, c, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "controller"}, Rules: rules})
	bind(t, c, namespace, "controller", "Role", controllerSubject)
}

// restrictController takes cluster-admin from kustomize-controller, which leaves it the rights of
// crd-controller, and lets it make discovery requests on behalf of accounts.
func restrictController(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	admins := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "cluster-reconciler-flux-system"}}
	if err := c.Client.Delete(t.Context(), admins); err != nil {
		t.Fatal(err)
	}
	create(t, c, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "discovery-on-behalf"},
		Rules:      []rbacv1.PolicyRule{{NonResourceURLs: []string{"/api", "/api/*", "/apis", "/apis/*"}, Verbs: []string{"impersonate-on:serviceaccount:get"}}},
	})
	create(t, c, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "discovery-on-behalf"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "discovery-on-behalf"}, Subjects: []rbacv1.Subject{controllerSubject},
	})
}
