// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"bytes"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Objects returns the role and the binding that give n's rules to its subject: a Role and a RoleBinding
// in its namespace, or a ClusterRole and a ClusterRoleBinding.
func (n RoleNeed) Objects() (role, binding any) {
	r, b := n.Granted()
	return r.Document(), b.Document()
}

// YAML writes the objects of n as two documents for kubectl apply, each begun with ---. The comments
// stand before the role, one on each line.
func (n RoleNeed) YAML(comments ...string) ([]byte, error) {
	role, binding := n.Objects()
	var out bytes.Buffer
	for i, object := range []any{role, binding} {
		out.WriteString("---\n")
		for _, c := range comments {
			if i == 0 {
				out.WriteString("# " + safetext.Printable(c) + "\n")
			}
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("writing the role of %s as YAML: %w", n.Subject, err)
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// Granted returns the role and the binding of n.
func (n RoleNeed) Granted() (Role, Binding) {
	role := Role{Namespace: n.Namespace, Name: n.RoleName(), Rules: n.Rules}
	subject := rbacv1.Subject{Kind: n.Subject.Kind, Namespace: n.Subject.Namespace, Name: n.Subject.Name}
	if subject.Kind != rbacv1.ServiceAccountKind {
		subject.APIGroup = rbacv1.GroupName
	}
	return role, Binding{
		Namespace: n.Namespace, Name: n.RoleName(), RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: role.Kind(), Name: role.Name},
		Subjects: []rbacv1.Subject{subject},
	}
}

// Document returns r as a Kubernetes object.
func (r Role) Document() any {
	meta := metav1.ObjectMeta{Namespace: r.Namespace, Name: r.Name, Labels: r.Labels}
	kind := metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: r.Kind()}
	if r.Namespace == "" {
		return &rbacv1.ClusterRole{TypeMeta: kind, ObjectMeta: meta, Rules: r.Rules, AggregationRule: r.Aggregation}
	}
	return &rbacv1.Role{TypeMeta: kind, ObjectMeta: meta, Rules: r.Rules}
}

// Document returns b as a Kubernetes object.
func (b Binding) Document() any {
	meta := metav1.ObjectMeta{Namespace: b.Namespace, Name: b.Name, Labels: b.Labels}
	kind := metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: b.Kind()}
	if b.Namespace == "" {
		return &rbacv1.ClusterRoleBinding{TypeMeta: kind, ObjectMeta: meta, RoleRef: b.RoleRef, Subjects: b.Subjects}
	}
	return &rbacv1.RoleBinding{TypeMeta: kind, ObjectMeta: meta, RoleRef: b.RoleRef, Subjects: b.Subjects}
}
