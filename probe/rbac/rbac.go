// SPDX-License-Identifier: Apache-2.0

// Package rbac is the program's model of Kubernetes RBAC: roles, bindings and their subjects, which
// rules an account holds, and which rules allow an access. It explains the answers of a cluster from
// roles and bindings that were read once:
//
//	probe/cluster, probe/manifests ──roles, bindings──▶ Index ──▶ Grants, NearMisses, Removals, …
//	                                                      └─────▶ Reviewer (answers without a cluster)
//
// A cluster can authorize by more than RBAC, so an explanation stands beside the cluster's answer and
// never replaces it. The package does no I/O and knows neither Flux nor a terminal nor client-go.
package rbac

import (
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

// Origin identifies r as an object.
func (r Role) Origin() matrix.Origin {
	return matrix.Origin{Kind: r.Kind(), Namespace: r.Namespace, Name: r.Name}
}

// Builtin reports whether the API server restores r when it starts, so that changes do not last.
func (r Role) Builtin() bool { return builtin(r.Labels) }

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

// Origin identifies b as an object.
func (b Binding) Origin() matrix.Origin {
	return matrix.Origin{Kind: b.Kind(), Namespace: b.Namespace, Name: b.Name}
}

// Builtin reports whether the API server restores b when it starts.
func (b Binding) Builtin() bool { return builtin(b.Labels) }

// roleOrigin identifies the role that b refers to, whether it exists or not.
func (b Binding) roleOrigin() matrix.Origin {
	if b.RoleRef.Kind == kindRole {
		return matrix.Origin{Kind: kindRole, Namespace: b.Namespace, Name: b.RoleRef.Name}
	}
	return matrix.Origin{Kind: b.RoleRef.Kind, Name: b.RoleRef.Name}
}

// builtin reads the label of the objects that the API server reconciles when it starts
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
func builtin(labels map[string]string) bool {
	return labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
}
