// SPDX-License-Identifier: Apache-2.0

// Package flux is the only package that knows Flux: it derives the expected matrix from a Snapshot
// of a cluster.
//
//	probe/cluster ──reads──▶ Snapshot ──one Source a section──▶ matrix.Matrix ──▶ probe
//
// What Flux releases grant and what its controllers need is data, in the YAML files beside the code,
// each with its source named. The package does no I/O and knows no Kubernetes client.
package flux

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Snapshot is what was read from a cluster, in the few fields that the sources of expectations need.
// It is never changed after it was read. Every slice is sorted by namespace and name.
type Snapshot struct {
	Kubernetes      string        // the server's version, v1.37.2
	Installs        []Install     // one for each namespace that runs Flux controllers
	Resources       []Resource    // what discovery serves, subresources included
	FailedGroups    []FailedGroup // API groups that discovery could not answer for
	Namespaces      []Namespace
	ServiceAccounts []ServiceAccount
	Roles           []Role    // Roles and ClusterRoles
	Bindings        []Binding // RoleBindings and ClusterRoleBindings
	Objects         []Object  // the custom resources of Flux

	// Places says where the objects of manifests were read, by kind, namespace and name.
	Places map[matrix.Origin]Place

	// Unread names the lists that could not be read, by resource (serviceaccounts,
	// clusterroles.rbac.authorization.k8s.io), each with the reason in one line.
	Unread map[string]string
}

// Place is where an object was read.
type Place struct {
	File string // a path with forward slashes
	Line int    // where the object begins, from 1
}

// Install is one Flux: the controllers of one namespace.
type Install struct {
	Namespace   string
	Version     string // v2.9.5, or v2.9 when only image tags told it; empty when unknown
	VersionFrom string // where Version was found, in words: label of CRD …, --flux-version
	Controllers []Controller
}

// Controller is one Deployment of a Flux controller; a sharded controller has several.
type Controller struct {
	Component      string // source-controller, whatever the Deployment is called
	Namespace      string
	Name           string // of the Deployment
	ServiceAccount string // of the pod template; "default" when the template names none
	Image          string
	Args           []string          // command and args of the container, $(VAR) already expanded
	Labels         map[string]string // of the Deployment
}

// Resource is a resource or subresource that discovery serves, in the group's preferred version.
type Resource struct {
	Group       string
	Version     string
	Resource    string // plural
	Subresource string // status, token, …; "" for the resource itself
	Kind        string
	Namespaced  bool
	Verbs       []string
}

// FailedGroup is an API group whose discovery failed, say because its APIService points nowhere.
type FailedGroup struct {
	Group  string
	Reason string // one line
}

// Namespace is a Namespace and its labels.
type Namespace struct {
	Name   string
	Labels map[string]string
}

// ServiceAccount is a ServiceAccount and its labels.
type ServiceAccount struct {
	Namespace string
	Name      string
	Labels    map[string]string
}

// Role is a Role, or a ClusterRole when Namespace is empty.
type Role struct {
	Namespace   string
	Name        string
	Labels      map[string]string
	Rules       []rbacv1.PolicyRule
	Aggregation *rbacv1.AggregationRule // of a ClusterRole; nil when it has none
}

// Binding is a RoleBinding, or a ClusterRoleBinding when Namespace is empty.
type Binding struct {
	Namespace string
	Name      string
	Labels    map[string]string
	RoleRef   rbacv1.RoleRef
	Subjects  []rbacv1.Subject
}

// Object is a custom resource of Flux, undecoded: each source decodes the few fields that it needs,
// so that unknown versions still work.
type Object struct {
	Group     string
	Version   string
	Kind      string
	Namespace string
	Name      string
	Labels    map[string]string
	Fields    map[string]any // the whole object as decoded from JSON
}
