// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// MaxNames is how many of the resourceNames of one rule are asked about.
const MaxNames = 50

// Granted returns the requests that a rule allows in namespace, "" for the whole cluster: for each served resource that
// the rule covers the verbs that it serves, the verbs that only authorizers know, and non-resource URLs. A rule about
// all resources of all API groups is not expanded: its verbs are returned on the literal "*".
//
// The accesses are those of real requests: the Namespace object carries its own name as namespace, and a rule with names
// allows neither to create an object of that name nor to delete a collection, because these requests carry no name. To
// create a subresource carries the name of its object, and so does to list with a field selector for metadata.name
// (k8s.io/apiserver pkg/endpoints/request/requestinfo.go@v0.37.2). Resources that are not served allow nothing. Of more
// than MaxNames names the first are used.
func Granted(m *model.Model, rule rbacv1.PolicyRule, namespace string) []matrix.Access {
	var found []matrix.Access
	if namespace == "" {
		found = grantedPaths(rule)
	}
	names := rule.ResourceNames[:min(MaxNames, len(rule.ResourceNames))]
	rule.ResourceNames = nil
	if slices.Contains(rule.APIGroups, "*") && slices.Contains(rule.Resources, "*") {
		found = append(found, literally(rule.Verbs, namespace, names)...)
	} else {
		for _, a := range unnamed(m, rule, namespace) {
			found = append(found, named(a, names)...)
		}
	}
	slices.SortFunc(found, matrix.Access.Compare)
	return slices.Compact(found)
}

// literally returns what a rule about all resources allows.
func literally(verbs []string, namespace string, names []string) []matrix.Access {
	if slices.Contains(verbs, "*") {
		verbs = []string{"*"}
	}
	var found []matrix.Access
	for _, verb := range verbs {
		a := matrix.Access{Verb: verb, Group: "*", Resource: "*", Namespace: namespace}
		if len(names) == 0 {
			found = append(found, a)
		}
		for _, a.Name = range names {
			found = append(found, a)
		}
	}
	return found
}

// unnamed returns what a rule without names allows: on what is served, and on what only authorizers know.
func unnamed(m *model.Model, rule rbacv1.PolicyRule, namespace string) []matrix.Access {
	var found []matrix.Access
	for _, r := range m.Resources {
		found = append(found, grantedOn(r, rule, namespace)...)
	}
	for _, a := range m.Facts.Isolation.Unserved(namespace) {
		_, served := m.Resource(a.Group, a.Resource, "")
		if !served && !matrix.IsVirtualResource(a.Group, a.Resource) {
			continue
		}
		if rbac.Covers(rule, a) {
			found = append(found, a)
		}
		if a.Resource == "userextras" {
			found = append(found, extras(a, rule)...)
		}
	}
	return found
}

// extras returns an access to userextras for each of the keys that a rule names: userextras/scopes.
func extras(a matrix.Access, rule rbacv1.PolicyRule) []matrix.Access {
	var found []matrix.Access
	for _, resource := range rule.Resources {
		if key, ok := strings.CutPrefix(resource, a.Resource+"/"); ok {
			a.Subresource = key
			if rbac.Covers(rule, a) {
				found = append(found, a)
			}
		}
	}
	return found
}

// grantedOn returns what a rule without names allows on one resource.
func grantedOn(r snapshot.Resource, rule rbacv1.PolicyRule, namespace string) []matrix.Access {
	name := ""
	if namespace != "" && !r.Namespaced {
		if r.Group != "" || r.Resource != "namespaces" {
			return nil
		}
		name = namespace // its RoleBindings govern the Namespace object
	}
	var found []matrix.Access
	for _, verb := range verbsOn(r, rule.Verbs) {
		a := r.Access(verb, namespace, name)
		nameless := r.Subresource == "" && slices.Contains([]string{"list", "watch", "create", "deletecollection"}, verb)
		if name != "" && nameless {
			continue
		}
		if all := (matrix.Access{Verb: verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource}); rbac.Covers(rule, all) {
			found = append(found, a)
		}
	}
	return found
}

// verbsOn returns the verbs of a rule that mean something for a resource: those that it serves, and those that no
// discovery lists.
func verbsOn(r snapshot.Resource, verbs []string) []string {
	found := servedVerbs(r, verbs)
	for _, verb := range verbs {
		if verb != "*" && !slices.Contains(matrix.APIVerbs(), verb) && !slices.Contains(found, verb) {
			found = append(found, verb)
		}
	}
	return found
}

// named returns an access by each of the names of its rule, or as it is when there are none.
func named(a matrix.Access, names []string) []matrix.Access {
	if len(names) == 0 {
		return []matrix.Access{a}
	}
	if a.Verb == "deletecollection" || a.Verb == "create" && a.Subresource == "" {
		return nil
	}
	if a.Name != "" { // the Namespace object of the namespace
		if slices.Contains(names, a.Name) {
			return []matrix.Access{a}
		}
		return nil
	}
	found := make([]matrix.Access, 0, len(names))
	for _, a.Name = range names {
		if a.Group == "" && a.Resource == "namespaces" {
			a.Namespace = a.Name
		}
		found = append(found, a)
	}
	return found
}

// grantedPaths returns what a rule allows on non-resource URLs: for a wildcard, on a URL that it covers.
func grantedPaths(rule rbacv1.PolicyRule) []matrix.Access {
	var found []matrix.Access
	verbs := rule.Verbs
	if slices.Contains(verbs, "*") {
		verbs = []string{"get", "post", "put", "patch", "delete"}
	}
	for _, path := range rule.NonResourceURLs {
		if path = strings.TrimSuffix(path, "*"); path == "" {
			path = "/debug/flags/v" // to put it changes what the server logs
		}
		for _, verb := range verbs {
			found = append(found, matrix.Access{Verb: verb, Path: path})
		}
	}
	return found
}
