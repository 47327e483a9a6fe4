// SPDX-License-Identifier: Apache-2.0

// Package rbac explains answers by RBAC: who grants an access, what nearly grants it, and the
// smallest rules that would. It works on the roles and bindings of a cluster, or of manifests, read
// once:
//
//	probe/cluster, probe/manifests ──roles, bindings──▶ Index ──▶ Grants, NearMisses, Removals, …
//	                                                      └─────▶ Reviewer (answers without a cluster)
//
// RBAC alone is not a live cluster's answer: what it says stands beside that answer, never in its
// place. The package does no I/O and knows neither Flux nor a terminal nor client-go.
package rbac

import (
	"cmp"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// The kinds of RBAC objects (k8s.io/api/rbac/v1).
const (
	kindRole               = "Role"
	kindClusterRole        = "ClusterRole"
	kindRoleBinding        = "RoleBinding"
	kindClusterRoleBinding = "ClusterRoleBinding"
)

// Role is a Role, or a ClusterRole when Namespace is empty.
type Role struct {
	Namespace   string
	Name        string
	Labels      map[string]string
	Rules       []rbacv1.PolicyRule
	Aggregation *rbacv1.AggregationRule // of a ClusterRole; nil when it has none
}

// Kind is Role or ClusterRole.
func (r Role) Kind() string {
	if r.Namespace == "" {
		return kindClusterRole
	}
	return kindRole
}

// Origin names r as an object.
func (r Role) Origin() matrix.Origin {
	return matrix.Origin{Kind: r.Kind(), Namespace: r.Namespace, Name: r.Name}
}

// Binding is a RoleBinding, or a ClusterRoleBinding when Namespace is empty.
type Binding struct {
	Namespace string
	Name      string
	Labels    map[string]string
	RoleRef   rbacv1.RoleRef
	Subjects  []rbacv1.Subject
}

// Kind is RoleBinding or ClusterRoleBinding.
func (b Binding) Kind() string {
	if b.Namespace == "" {
		return kindClusterRoleBinding
	}
	return kindRoleBinding
}

// Origin names b as an object.
func (b Binding) Origin() matrix.Origin {
	return matrix.Origin{Kind: b.Kind(), Namespace: b.Namespace, Name: b.Name}
}

// role names the role that b refers to, whether it exists or not.
func (b Binding) role() matrix.Origin {
	if b.RoleRef.Kind == kindRole {
		return matrix.Origin{Kind: kindRole, Namespace: b.Namespace, Name: b.RoleRef.Name}
	}
	return matrix.Origin{Kind: b.RoleRef.Kind, Name: b.RoleRef.Name}
}

// subject reads an entry of b's subjects. A ServiceAccount without a namespace is one of the
// RoleBinding's namespace (k8s.io/kubernetes pkg/registry/rbac/validation/rule.go@v1.37.2).
func (b Binding) subject(s rbacv1.Subject) matrix.Subject {
	if s.Kind != rbacv1.ServiceAccountKind {
		return matrix.Subject{Kind: s.Kind, Name: s.Name}
	}
	return matrix.ServiceAccount(cmp.Or(s.Namespace, b.Namespace), s.Name)
}

// title is how texts name a subject: ServiceAccount apps/dev-team, Group system:authenticated.
func title(s matrix.Subject) string {
	if s.Kind == matrix.KindServiceAccount {
		return s.Kind + " " + s.String()
	}
	return s.String()
}

func (b Binding) compare(o Binding) int {
	return cmp.Or(strings.Compare(b.Namespace, o.Namespace), strings.Compare(b.Name, o.Name))
}

func (r Role) compare(o Role) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Name, o.Name))
}
