// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/flux"
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

// Resource is a flux.Resource in one line of text: group version name kind scope verbs, with - for
// the core group and the subresource in the name.
type Resource flux.Resource

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

// Role is a flux.Role with short JSON names.
type Role struct {
	Namespace   string                  `json:"namespace,omitempty"`
	Name        string                  `json:"name"`
	Labels      map[string]string       `json:"labels,omitempty"`
	Rules       []rbacv1.PolicyRule     `json:"rules,omitempty"`
	Aggregation *rbacv1.AggregationRule `json:"aggregation,omitempty"`
}

// Binding is a flux.Binding with short JSON names.
type Binding struct {
	Namespace string            `json:"namespace,omitempty"`
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels,omitempty"`
	RoleRef   rbacv1.RoleRef    `json:"roleRef"`
	Subjects  []rbacv1.Subject  `json:"subjects,omitempty"`
}

// kubernetesFiles are named after the minor version that they were read from.
//
//go:embed kubernetes/*.json
var kubernetesFiles embed.FS

var minorVersion = regexp.MustCompile(`^v?1\.(\d+)`)

// Builtin is what Kubernetes of a version has: the nearest version that is known, the newest when
// version is empty. The error is that version is none.
func Builtin(version string) (*Kubernetes, error) {
	want := -1
	if version != "" {
		m := minorVersion.FindStringSubmatch(version)
		if m == nil {
			return nil, fmt.Errorf("%q is no version of Kubernetes: give it as v1.37 or v1.37.2", version)
		}
		want, _ = strconv.Atoi(m[1])
	}
	files, err := kubernetesFiles.ReadDir("kubernetes")
	if err != nil {
		return nil, err
	}
	nearest, apart := "", 0
	for _, f := range files { // sorted, so the newest is the last
		minor, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(f.Name(), "v1."), ".json"))
		if d := max(minor-want, want-minor); nearest == "" || want < 0 || d <= apart {
			nearest, apart = f.Name(), d
		}
	}
	text, err := kubernetesFiles.ReadFile(path.Join("kubernetes", nearest))
	if err != nil {
		return nil, err
	}
	var k Kubernetes
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("reading %s: %w", nearest, err)
	}
	return &k, nil
}

// same says whether version is of k's minor version, which is as far as resources and roles differ.
func (k *Kubernetes) same(version string) bool {
	return version == "" || minorVersion.FindString("v"+strings.TrimPrefix(version, "v")) == minorVersion.FindString(k.Version)
}
