// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/probe/snapshot"
	rbacv1 "k8s.io/api/rbac/v1"
)

// Kubernetes is what a new API server has before anything is applied to it, as `make kubernetes` read
// it from a real one.
type Kubernetes struct {
	Version    string     `json:"version"`    // of the server that it was read from, v1.37.2
	Namespaces []string   `json:"namespaces"` // those that every cluster has
	Resources  []Resource `json:"resources"`
	Roles      []Role     `json:"roles"` // aggregated ones without rules: they depend on what else there is
	Bindings   []Binding  `json:"bindings"`
}

// Resource is a snapshot.Resource in one line of text: group version name kind scope verbs, with - for
// the core group and the subresource in the name.
type Resource snapshot.Resource

// MarshalText writes the line.
func (r Resource) MarshalText() ([]byte, error) {
	name, group, scope := r.Resource, r.Group, "cluster"
	if r.Subresource != "" {
		name += "/" + r.Subresource
	}
	if group == "" {
		group = "-"
	}
	if r.Namespaced {
		scope = "namespaced"
	}
	return []byte(strings.Join([]string{group, r.Version, name, r.Kind, scope, strings.Join(r.Verbs, ",")}, " ")), nil
}

// UnmarshalText reads the line.
func (r *Resource) UnmarshalText(text []byte) error {
	fields := strings.Split(string(text), " ")
	if len(fields) != 6 {
		return fmt.Errorf("resource %q: want six fields", text)
	}
	*r = Resource{Group: strings.TrimPrefix(fields[0], "-"), Version: fields[1], Kind: fields[3], Namespaced: fields[4] == "namespaced", Verbs: strings.Split(fields[5], ",")}
	r.Resource, r.Subresource, _ = strings.Cut(fields[2], "/")
	return nil
}

// Role is a rbac.Role with short JSON names.
type Role struct {
	Namespace   string                  `json:"namespace,omitempty"`
	Name        string                  `json:"name"`
	Labels      map[string]string       `json:"labels,omitempty"`
	Rules       []rbacv1.PolicyRule     `json:"rules,omitempty"`
	Aggregation *rbacv1.AggregationRule `json:"aggregation,omitempty"`
}

// Binding is a rbac.Binding with short JSON names.
type Binding struct {
	Namespace string            `json:"namespace,omitempty"`
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels,omitempty"`
	RoleRef   rbacv1.RoleRef    `json:"roleRef"`
	Subjects  []rbacv1.Subject  `json:"subjects,omitempty"`
}
