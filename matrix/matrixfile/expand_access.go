// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// ruleAccess is one access of a rule and the field that it comes from.
type ruleAccess struct {
	matrix.Access
	field        string
	discoveryErr string // why it is not known whether the access exists; "" when it is
}

// access expands the lists of an access.
func (x *ruleExpansion) access(field string, a Access) []ruleAccess {
	var found []ruleAccess
	for _, path := range a.NonResourceURLs {
		for i, verb := range a.Verbs {
			x.checkPathVerb(fmt.Sprintf("%s.verbs[%d]", field, i), verb)
			found = append(found, ruleAccess{Access: matrix.Access{Verb: verb, Path: path}, field: field})
		}
	}
	if len(a.Resources) == 0 {
		return found
	}
	namespaces, why := x.namespaces(a)
	if why != "" {
		x.undetermined(field, why)
	}
	expand := func(group, groupField string) {
		if x.hasGroup(group, groupField) {
			found = append(found, x.inGroup(field, a, group, namespaces)...)
		}
	}
	for i, group := range a.APIGroups {
		expand(group, fmt.Sprintf("%s.apiGroups[%d]", field, i))
	}
	if len(a.APIGroups) == 0 {
		expand("", field+".resources")
	}
	return found
}

// hasGroup reports whether the cluster can have resources of an API group. If not, that is a mistake
// unless the rule is optional.
func (x *ruleExpansion) hasGroup(group, field string) bool {
	if x.rule.Literal || group == "*" || x.groups[group] || x.snapshot.FailedGroup(group) != "" || matrix.IsVirtualGroup(group) {
		return true
	}
	if !x.rule.Optional {
		known := slices.Collect(maps.Keys(x.groups))
		x.mistake(field, "the cluster has no API group %q%s", group, spelling.Hint(group, known))
	}
	return false
}

// inGroup expands the resources of an access in one API group.
func (x *ruleExpansion) inGroup(field string, a Access, group string, namespaces []string) []ruleAccess {
	names := a.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	var found []ruleAccess
	for i, name := range a.Resources {
		resources, wildcard := x.resources(group, name)
		if len(resources) == 0 && !x.rule.Optional {
			x.mistake(fmt.Sprintf("%s.resources[%d]", field, i), "the cluster has no resource %q in API group %s%s",
				name, cmp.Or(group, "core"), spelling.Hint(name, x.resourceNames(group)))
		}
		for _, r := range resources {
			if !hasNamespace(r) && slices.ContainsFunc(namespaces, func(n string) bool { return n != "" }) {
				if !wildcard && !x.rule.Optional {
					x.mistake(field+".namespaces", "%s is a resource of the cluster scope: leave out the namespaces", groupResource(r))
				}
				continue
			}
			for j, verb := range a.Verbs {
				for _, v := range x.verbs(fmt.Sprintf("%s.verbs[%d]", field, j), r, verb, wildcard) {
					for _, namespace := range namespaces {
						for _, n := range names {
							found = append(found, ruleAccess{r.Access(v, namespace, n), field, x.discoveryErr(r)})
						}
					}
				}
			}
		}
	}
	return found
}

// hasNamespace reports whether a review about r can name a namespace. One about a Namespace object can
// (k8s.io/apiserver pkg/endpoints/request/requestinfo.go@v0.37.2).
func hasNamespace(r snapshot.Resource) bool {
	return r.Namespaced || r.Group == "" && r.Resource == "namespaces"
}

// resources returns the resources that a name in a group stands for. If * must be denied, the name is a
// wildcard, which also stands for everything that is served.
func (x *ruleExpansion) resources(group, name string) (resources []snapshot.Resource, wildcard bool) {
	resource, subresource, _ := strings.Cut(name, "/")
	if r, ok := x.snapshot.Resource(group, resource, subresource); ok {
		return []snapshot.Resource{r}, false
	}
	literal := undiscovered(group, resource, subresource)
	star := group == "*" || resource == "*"
	switch {
	case x.rule.Literal, star && x.rule.Expect == matrix.Allow, matrix.IsVirtualResource(group, resource), x.snapshot.FailedGroup(group) != "":
		return []snapshot.Resource{literal}, false
	case !star:
		return nil, false
	}
	for _, r := range x.snapshot.Resources {
		if (group == "*" || r.Group == group) && (name == "*" || Match(name, withSubresource(r))) {
			resources = append(resources, r)
		}
	}
	if len(resources) == 0 && resource != "*" {
		return nil, true // no group serves it
	}
	if group == "*" {
		for _, f := range x.snapshot.FailedGroups {
			resources = append(resources, undiscovered(f.Group, resource, subresource))
		}
	}
	return append(resources, literal), true
}

// discoveryErr returns why discovery of the group of r failed; "" when r was discovered.
func (x *ruleExpansion) discoveryErr(r snapshot.Resource) string {
	if why := x.snapshot.FailedGroup(r.Group); why != "" && isUndiscovered(r) {
		return fmt.Sprintf("discovery of %s failed: %s", r.Group, strings.TrimSpace(why))
	}
	return ""
}

// resourceNames returns the resources that a group serves, for a hint.
func (x *ruleExpansion) resourceNames(group string) []string {
	var all []string
	for _, r := range x.snapshot.Resources {
		if r.Group == group || group == "*" {
			all = append(all, withSubresource(r))
		}
	}
	return all
}

// withSubresource is pods/exec: the name of r without its group.
func withSubresource(r snapshot.Resource) string {
	return matrix.Access{Resource: r.Resource, Subresource: r.Subresource}.GroupResource()
}

func groupResource(r snapshot.Resource) string {
	return matrix.Access{Group: r.Group, Resource: r.Resource, Subresource: r.Subresource}.GroupResource()
}
