// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// cell is one access of an expanded rule.
type cell struct {
	attributes matrix.Attributes
	lost       string // why discovery could not say whether the access exists; "" when it exists
}

// expander turns rules into concrete accesses by what discovery serves.
type expander struct {
	*index
	snapshot *Snapshot
}

// expand gives the accesses of a rule, asked about in namespace ("" for all). A "*" becomes the
// literal and every resource and verb that is served, because either alone can be granted. Absent
// are the groups and resources that are not served: the API server would answer about them too.
func (x *expander) expand(r rule, namespace string) (cells []cell, absent []string) {
	for _, path := range r.Paths {
		for _, verb := range r.Verbs {
			cells = append(cells, cell{attributes: matrix.Attributes{Verb: verb, Path: path}})
		}
	}
	for _, group := range r.Groups {
		for _, resource := range r.Resources {
			found, missing := x.expandResource(group, resource, r.Verbs, namespace)
			cells, absent = append(cells, found...), append(absent, missing...)
		}
	}
	return cells, absent
}

func (x *expander) expandResource(group, resource string, verbs []string, namespace string) ([]cell, []string) {
	if group == "*" || resource == "*" {
		return x.expandAll(group, verbs, namespace)
	}
	name, subresource, _ := strings.Cut(resource, "/")
	served, ok := x.resource(group, name, subresource)
	if !ok && !onlyAuthorized(verbs) {
		reason, lost := x.failed[group]
		if !lost {
			return nil, []string{matrix.Attributes{Group: group, Resource: name, Subresource: subresource}.GroupResource()}
		}
		served = Resource{Group: group, Resource: name, Subresource: subresource, Namespaced: true}
		return x.cells(served, verbs, namespace, reason), nil
	}
	if !ok { // users and groups are no resources of the API, but the authorizer knows them
		served = Resource{Group: group, Resource: name, Subresource: subresource}
	}
	return x.cells(served, verbs, namespace, ""), nil
}

// expandAll expands the resource "*" of a group, or of all groups.
func (x *expander) expandAll(group string, verbs []string, namespace string) ([]cell, []string) {
	literal := Resource{Group: group, Resource: "*", Namespaced: true}
	if reason, lost := x.failed[group]; lost {
		return x.cells(literal, verbs, namespace, reason), nil
	}
	var cells []cell
	for _, r := range x.snapshot.Resources {
		if group == "*" || group == r.Group {
			cells = append(cells, x.cells(r, served(r, verbs), namespace, "")...)
		}
	}
	if len(cells) == 0 {
		return nil, []string{cmp.Or(group, "core") + " (API group)"}
	}
	if group == "*" {
		for _, f := range x.snapshot.FailedGroups {
			cells = append(cells, x.cells(Resource{Group: f.Group, Resource: "*", Namespaced: true}, verbs, namespace, f.Reason)...)
		}
	}
	return append(x.cells(literal, verbs, namespace, ""), cells...), nil
}

func (x *expander) cells(r Resource, verbs []string, namespace, lost string) []cell {
	cells := make([]cell, len(verbs))
	for i, verb := range verbs {
		cells[i] = cell{r.access(verb, namespace, ""), lost}
	}
	return cells
}

// served are the verbs of a rule that a resource serves; a rule's "*" stands for all of them.
func served(r Resource, verbs []string) []string {
	if slices.Contains(verbs, "*") {
		return slices.SortedFunc(slices.Values(r.Verbs), matrix.CompareVerbs)
	}
	return slices.DeleteFunc(slices.Clone(verbs), func(verb string) bool { return !r.has(verb) })
}

// onlyAuthorized says whether verbs are none of the API's own but the authorizer's, which may be about
// resources that discovery does not list.
func onlyAuthorized(verbs []string) bool {
	return !slices.ContainsFunc(verbs, func(verb string) bool {
		return verb != "impersonate" && verb != "escalate" && verb != "bind"
	})
}

// covers says whether the rule grants an access as RBAC matches it: exactly or by "*"
// (k8s.io/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go v1.37.2). The namespace is not compared.
func (r rule) covers(a matrix.Attributes) bool {
	if !oneOf(r.Verbs, a.Verb) {
		return false
	}
	if a.Path != "" {
		return slices.ContainsFunc(r.Paths, func(path string) bool {
			prefix, wild := strings.CutSuffix(path, "*")
			return path == a.Path || wild && strings.HasPrefix(a.Path, prefix)
		})
	}
	resource, anyOf := a.Resource, "\x00"
	if a.Subresource != "" {
		resource, anyOf = a.Resource+"/"+a.Subresource, "*/"+a.Subresource
	}
	return oneOf(r.Groups, a.Group) && (oneOf(r.Resources, resource) || slices.Contains(r.Resources, anyOf))
}

func oneOf(list []string, s string) bool {
	return slices.Contains(list, s) || slices.Contains(list, "*")
}

// anyCovers says whether some rule grants an access.
func anyCovers(rules []rule, a matrix.Attributes) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.covers(a) })
}
