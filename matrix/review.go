// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"strings"
)

// Access is what an access review asks about: a request for a resource, or for a non-resource URL
// when Path is set. It is comparable, so that a Review can be the key of a map.
type Access struct {
	Verb        string `json:"verb"`
	Group       string `json:"group"`       // API group, "" for the core group
	Resource    string `json:"resource"`    // plural, or the literal "*"
	Subresource string `json:"subresource"` // "" for the resource itself
	Namespace   string `json:"namespace"`   // "" asks about all namespaces, or the cluster scope
	Name        string `json:"name"`        // "" asks about all names
	Path        string `json:"path"`        // a non-resource URL; all but Verb are empty then
}

// GroupResource names what is accessed as kubectl does: leases.coordination.k8s.io, pods/exec,
// deployments/scale.apps, or the path.
func (a Access) GroupResource() string {
	if a.Path != "" {
		return a.Path
	}
	name := a.Resource
	if a.Subresource != "" {
		name += "/" + a.Subresource
	}
	if a.Group != "" {
		name += "." + a.Group
	}
	return name
}

// String describes the access in one line: patch deployments.apps web in apps.
func (a Access) String() string {
	text := a.Verb + " " + a.GroupResource()
	if a.Name != "" {
		text += " " + a.Name
	}
	if a.Namespace != "" {
		text += " in " + a.Namespace
	}
	return text
}

// Compare orders accesses by resource, then scope, then verb.
func (a Access) Compare(b Access) int {
	return cmp.Or(
		strings.Compare(a.Path, b.Path),
		strings.Compare(a.Group, b.Group),
		strings.Compare(a.Resource, b.Resource),
		strings.Compare(a.Subresource, b.Subresource),
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Name, b.Name),
		CompareVerbs(a.Verb, b.Verb),
	)
}

// Review is one question to the API server: can Subject do Access? Equal reviews are the same
// question and are asked once.
type Review struct {
	Subject Shared[Subject]
	Access  Access
}
