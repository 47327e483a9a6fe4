// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Parse reads a role or a binding from YAML, as Document returns it, into an edit that adds or replaces it.
func Parse(document []byte) (Edit, error) {
	var o struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Rules             []rbacv1.PolicyRule     `json:"rules"`
		AggregationRule   *rbacv1.AggregationRule `json:"aggregationRule"`
		RoleRef           rbacv1.RoleRef          `json:"roleRef"`
		Subjects          []rbacv1.Subject        `json:"subjects"`
	}
	if err := yaml.Unmarshal(document, &o); err != nil {
		return Edit{}, err
	}
	switch o.Kind {
	case kindRole, kindClusterRole:
		return Edit{Roles: []Role{{Namespace: o.Namespace, Name: o.Name, Labels: o.Labels, Rules: o.Rules, Aggregation: o.AggregationRule}}}, nil
	case kindRoleBinding, kindClusterRoleBinding:
		return Edit{Bindings: []Binding{{Namespace: o.Namespace, Name: o.Name, Labels: o.Labels, RoleRef: o.RoleRef, Subjects: o.Subjects}}}, nil
	default:
		return Edit{}, fmt.Errorf("%q is not a kind of RBAC", o.Kind)
	}
}
