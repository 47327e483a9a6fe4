// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"strings"
)

// Attributes are what an access review asks about: a request on a resource, or on a non-resource
// URL when Path is set. They are comparable, so that a Review can be the key of a map.
type Attributes struct {
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
func (a Attributes) GroupResource() string {
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

// Compare orders attributes by resource, then scope, then verb.
func (a Attributes) Compare(b Attributes) int {
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

// Review is one question to the API server: may Subject do Attributes? Equal reviews are the same
// question and are asked once.
type Review struct {
	Subject    Subject
	Attributes Attributes
}

// verbs are the verbs of the API in the order of their columns.
var verbs = [...]string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}

// CompareVerbs orders verbs as the columns of the matrix: get, list, watch, create, update, patch,
// delete, deletecollection, and then the others by name.
func CompareVerbs(a, b string) int {
	return cmp.Or(cmp.Compare(verbRank(a), verbRank(b)), strings.Compare(a, b))
}

func verbRank(verb string) int {
	for i, v := range verbs {
		if v == verb {
			return i
		}
	}
	return len(verbs)
}
