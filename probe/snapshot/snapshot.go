// SPDX-License-Identifier: Apache-2.0

// Package snapshot holds what was read of a cluster at one time, or of manifests that stand in for
// one, in the few fields that checks need.
//
//	probe/cluster, probe/manifests ──fill──▶ Snapshot ──▶ matrix/flux, matrix/matrixfile, probe/explain
//
// The package knows neither Flux nor where the objects come from, and does no I/O.
package snapshot

import (
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Snapshot is what was read. It must not be changed after it was filled. Every slice is sorted by
// namespace and name.
type Snapshot struct {
	Kubernetes      string        // the version of the API server, v1.37.2
	Resources       []Resource    // what discovery serves, subresources included
	FailedGroups    []FailedGroup // API groups that discovery could not answer for
	Namespaces      []Namespace
	ServiceAccounts []ServiceAccount
	Roles           []rbac.Role           // Roles and ClusterRoles
	Bindings        []rbac.Binding        // RoleBindings and ClusterRoleBindings
	Deployments     []appsv1.Deployment   // those that can be controllers of interest
	Definitions     map[string]Definition // CustomResourceDefinitions of interest, by name
	Objects         []Object              // the custom resources of interest
	Admission       Admission

	// Places maps the objects of manifests to where they were read, by kind, namespace and name.
	Places map[matrix.Origin]Place

	// Unread names the lists that could not be read, by resource (serviceaccounts,
	// clusterroles.rbac.authorization.k8s.io), each with the reason in one line.
	Unread map[string]string

	// Forbidden are those of Unread that the caller is not allowed to list. The others are broken.
	Forbidden map[string]bool

	once   sync.Once
	lookup *lookup
}

// Place is where an object was read.
type Place struct {
	File string // a path with forward slashes
	Line int    // where the object begins, from 1
}

// Resource is a resource or subresource that discovery serves, in the preferred version of its group.
type Resource struct {
	Group       string
	Version     string
	Resource    string // plural
	Subresource string // status, token, …; "" for the resource itself
	Kind        string
	Namespaced  bool
	Verbs       []string
	ShortNames  []string // that people type for the resource: deploy
}

// FailedGroup is an API group whose discovery failed, for example because its APIService points nowhere.
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

// Definition is a CustomResourceDefinition and its labels.
type Definition struct {
	Labels map[string]string
}

// Object is a custom resource, undecoded: each check decodes the few fields that it needs, so that
// unknown versions still work.
type Object struct {
	Group     string
	Version   string
	Kind      string
	Namespace string
	Name      string
	Labels    map[string]string
	Fields    map[string]any // the whole object as decoded from JSON
}

// Has reports whether the resource itself serves the verb. Verbs that only an authorizer knows
// (impersonate, bind, escalate, use) are not verbs of discovery.
func (r Resource) Has(verb string) bool { return slices.Contains(r.Verbs, verb) }

// Access returns the access to ask about for verb on r. The scope is discovery's: a namespace on a
// cluster-scoped resource is cleared, because the API server would answer by RoleBindings that a real
// request is not judged by. The Namespace object itself is the exception: a request for namespace X
// carries X as namespace and as name (k8s.io/apiserver pkg/endpoints/request/requestinfo.go@v0.37.2).
func (r Resource) Access(verb, namespace, name string) matrix.Access {
	a := matrix.Access{Verb: verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Namespace: namespace, Name: name}
	switch {
	case r.Namespaced:
	case r.Group == "" && r.Resource == "namespaces" && name != "":
		a.Namespace = name
	default:
		a.Namespace = ""
	}
	return a
}

// Origin names the object and one of its fields.
func (o Object) Origin(field string) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: field}
}

// String is Kind namespace/name.
func (o Object) String() string { return o.Kind + " " + o.Namespace + "/" + o.Name }

// Replace returns the same snapshot with other roles, bindings and Deployments.
func (s *Snapshot) Replace(roles []rbac.Role, bindings []rbac.Binding, deployments []appsv1.Deployment) *Snapshot {
	replaced := s.Copy()
	replaced.Roles, replaced.Bindings, replaced.Deployments = roles, bindings, deployments
	return replaced
}

// Copy returns the same snapshot, not indexed yet, whose fields can be set to something else before it is used. The
// lists and maps are those of s, and must not be changed.
func (s *Snapshot) Copy() *Snapshot {
	return &Snapshot{
		Kubernetes: s.Kubernetes, Resources: s.Resources, FailedGroups: s.FailedGroups, Namespaces: s.Namespaces,
		ServiceAccounts: s.ServiceAccounts, Roles: s.Roles, Bindings: s.Bindings, Deployments: s.Deployments,
		Definitions: s.Definitions, Objects: s.Objects, Places: s.Places, Unread: s.Unread, Forbidden: s.Forbidden, Admission: s.Admission,
	}
}
