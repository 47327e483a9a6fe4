// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// index finds things in a Snapshot by name.
type index struct {
	resources map[resourceKey]Resource
	kinds     map[resourceKey]Resource // by group and kind
	failed    map[string]string        // group → reason
	accounts  map[matrix.Subject]ServiceAccount
	namespace map[string]Namespace
}

type resourceKey struct{ group, name, subresource string }

func newIndex(s *Snapshot) *index {
	x := &index{
		resources: make(map[resourceKey]Resource, len(s.Resources)),
		kinds:     make(map[resourceKey]Resource, len(s.Resources)),
		failed:    make(map[string]string, len(s.FailedGroups)),
		accounts:  make(map[matrix.Subject]ServiceAccount, len(s.ServiceAccounts)),
		namespace: make(map[string]Namespace, len(s.Namespaces)),
	}
	for _, r := range s.Resources {
		x.resources[resourceKey{r.Group, r.Resource, r.Subresource}] = r
		if r.Subresource == "" {
			x.kinds[resourceKey{r.Group, r.Kind, ""}] = r
		}
	}
	for _, f := range s.FailedGroups {
		x.failed[f.Group] = f.Reason
	}
	for _, a := range s.ServiceAccounts {
		x.accounts[matrix.ServiceAccount(a.Namespace, a.Name)] = a
	}
	for _, n := range s.Namespaces {
		x.namespace[n.Name] = n
	}
	return x
}

// resource finds a resource or subresource that discovery serves.
func (x *index) resource(group, resource, subresource string) (Resource, bool) {
	r, ok := x.resources[resourceKey{group, resource, subresource}]
	return r, ok
}

// kind finds the resource of a kind.
func (x *index) kind(group, kind string) (Resource, bool) {
	r, ok := x.kinds[resourceKey{group, kind, ""}]
	return r, ok
}

// has says whether the resource itself serves the verb. Verbs that only the authorizer knows
// (impersonate, bind, escalate, use) are no verbs of discovery.
func (r Resource) has(verb string) bool { return slices.Contains(r.Verbs, verb) }

// access asks for verb on r. The scope is discovery's: a namespace on a cluster-scoped resource is
// cleared, because the API server would answer by RoleBindings that a real request is not judged by.
// The Namespace object itself is the exception: a request for namespace X carries X as namespace and
// as name (apiserver pkg/endpoints/request/requestinfo.go).
func (r Resource) access(verb, namespace, name string) matrix.Attributes {
	a := matrix.Attributes{Verb: verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Namespace: namespace, Name: name}
	switch {
	case r.Namespaced:
	case r.Group == "" && r.Resource == "namespaces" && name != "":
		a.Namespace = name
	default:
		a.Namespace = ""
	}
	return a
}
