// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"bytes"
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// RoleName is the name of the role and of the binding that would grant n: flux-probe and whom it is
// for, joined by colons so that no two subjects share a name.
func (n Need) RoleName() string {
	parts := []string{"flux-probe", n.Subject.Namespace, n.Subject.Name}
	if n.Subject.Kind != matrix.KindServiceAccount {
		parts = []string{"flux-probe", strings.ToLower(n.Subject.Kind), n.Subject.Name}
	}
	// The two characters that the name of an RBAC object must not have.
	return strings.NewReplacer("/", "-", "%", "-").Replace(strings.Join(parts, ":"))
}

// Objects are the role and the binding that grant n: a Role and a RoleBinding in its namespace, or a
// ClusterRole and a ClusterRoleBinding.
func (n Need) Objects() (role, binding any) {
	meta := metav1.ObjectMeta{Namespace: n.Namespace, Name: n.RoleName()}
	version := rbacv1.SchemeGroupVersion.String()
	subject := rbacv1.Subject{Kind: n.Subject.Kind, Namespace: n.Subject.Namespace, Name: n.Subject.Name}
	if subject.Kind != rbacv1.ServiceAccountKind {
		subject.APIGroup = rbacv1.GroupName
	}
	subjects := []rbacv1.Subject{subject}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Name: meta.Name}
	if n.Namespace == "" {
		ref.Kind = kindClusterRole
		return &rbacv1.ClusterRole{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: ref.Kind}, ObjectMeta: meta, Rules: n.Rules},
			&rbacv1.ClusterRoleBinding{
				TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kindClusterRoleBinding}, ObjectMeta: meta, RoleRef: ref, Subjects: subjects,
			}
	}
	ref.Kind = kindRole
	return &rbacv1.Role{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: ref.Kind}, ObjectMeta: meta, Rules: n.Rules},
		&rbacv1.RoleBinding{
			TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kindRoleBinding}, ObjectMeta: meta, RoleRef: ref, Subjects: subjects,
		}
}

// YAML is n as two documents for kubectl apply, each begun with ---; the comments stand before the
// role, one a line.
func (n Need) YAML(comments ...string) ([]byte, error) {
	role, binding := n.Objects()
	var out bytes.Buffer
	for i, object := range []any{role, binding} {
		out.WriteString("---\n")
		for _, c := range comments {
			if i == 0 {
				out.WriteString("# " + probe.Printable(c) + "\n")
			}
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("writing the rules of %s as YAML: %w", n.Subject, err)
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}
