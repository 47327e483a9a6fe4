// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Access reads a verb and RESOURCE[.GROUP][/SUBRESOURCE][/NAME] or /PATH, by what discovery serves.
// A namespace of "" means all namespaces. A lone * is every resource of every API group.
func Access(s *snapshot.Snapshot, verb, arg, namespace string) (matrix.Access, error) {
	if strings.HasPrefix(arg, "/") {
		if known := matrix.HTTPVerbs(); !slices.Contains(known, verb) {
			return matrix.Access{}, notFound(verb, fmt.Sprintf("%q is not a verb of URLs: use one of %s", verb, strings.Join(known, ", ")), nil)
		}
		return matrix.Access{Verb: verb, Path: arg}, nil
	}
	parts := strings.SplitN(arg, "/", 3)
	r, err := resource(s, verb, parts)
	if err != nil {
		return matrix.Access{}, err
	}
	a := matrix.Access{Verb: verb, Group: r.Group, Resource: r.Resource, Namespace: namespace}
	rest := parts[1:]
	if len(rest) > 0 && r.Subresource != "" {
		a.Subresource, rest = r.Subresource, rest[1:]
	}
	a.Name = strings.Join(rest, "/")
	switch {
	case strings.Contains(a.Name, "/"):
		return a, notFound(arg, fmt.Sprintf("%q: %s has no subresource %q", arg, r.Resource, parts[1]), nil)
	case !r.Namespaced && namespace != "" && (r.Group != "" || r.Resource != "namespaces"):
		return a, &Error{Problem: ClusterScoped, Value: namespace, Cause: a.GroupResource() + " is not a namespaced resource"}
	}
	return a, validVerb(r, verb)
}

// resource finds what RESOURCE[.GROUP] and the part after the slash mean: a subresource where there is
// one of that name, which can carry the group in its place.
func resource(s *snapshot.Snapshot, verb string, parts []string) (snapshot.Resource, error) {
	name, group, grouped := strings.Cut(parts[0], ".")
	sub := ""
	if len(parts) > 1 {
		sub = parts[1]
		if of, g, ok := strings.Cut(sub, "."); ok && !grouped && len(find(s, name, g, of, true)) == 1 {
			sub, group, grouped = of, g, true
		}
	}
	switch {
	case name == "*" && !grouped:
		return snapshot.Resource{Group: "*", Resource: name, Namespaced: true}, nil
	case name == "*":
		return snapshot.Resource{Group: group, Resource: name, Namespaced: true}, nil
	}
	found := find(s, name, group, "", grouped)
	if len(found) == 0 {
		if r, ok := virtual(verb, name, group, grouped); ok {
			return r, nil
		}
		return snapshot.Resource{}, unknownResource(s, name, parts[0])
	}
	if core := slices.IndexFunc(found, func(r snapshot.Resource) bool { return r.Group == "" }); core >= 0 && !grouped {
		found = found[core : core+1]
	}
	if len(found) > 1 {
		var names []string
		for _, r := range found {
			names = append(names, r.Resource+"."+r.Group)
		}
		return snapshot.Resource{}, &Error{
			Problem: SeveralGroups, Value: parts[0],
			Cause: fmt.Sprintf("%s is in several API groups: use one of %s", name, strings.Join(names, ", ")),
		}
	}
	if r, ok := s.Resource(found[0].Group, found[0].Resource, sub); ok && sub != "" {
		return r, nil
	}
	return found[0], nil
}

// virtual finds a resource that only authorizers know: impersonate users, or uids.authentication.k8s.io.
func virtual(verb, name, group string, grouped bool) (snapshot.Resource, bool) {
	if !matrix.IsAuthorizerVerb(verb) {
		return snapshot.Resource{}, false
	}
	if !grouped && !matrix.IsVirtualResource(group, name) {
		group = "authentication.k8s.io"
	}
	r := snapshot.Resource{Group: group, Resource: name, Namespaced: name == "serviceaccounts"}
	return r, matrix.IsVirtualResource(group, name)
}

// find returns the resources of a name: a plural, a kind or a short name; of any group unless it is given.
func find(s *snapshot.Snapshot, name, group, sub string, grouped bool) []snapshot.Resource {
	var found []snapshot.Resource
	for _, r := range s.Resources {
		whole := sub == "" && (strings.EqualFold(r.Kind, name) || slices.Contains(r.ShortNames, name))
		if (r.Resource == name || whole) && r.Subresource == sub && (!grouped || r.Group == group) {
			found = append(found, r)
		}
	}
	return found
}

func unknownResource(s *snapshot.Snapshot, name, arg string) *Error {
	var similar []string
	for _, r := range s.Resources {
		if r.Subresource == "" && (r.Resource == name || spelling.Similar(r.Resource, name)) {
			similar = append(similar, matrix.Access{Group: r.Group, Resource: r.Resource}.GroupResource())
		}
	}
	cause := fmt.Sprintf("there is no resource %q", arg)
	if len(s.FailedGroups) > 0 {
		cause += fmt.Sprintf(" (API group %s could not be discovered)", s.FailedGroups[0].Group)
	}
	return notFound(arg, cause, similar)
}

// validVerb accepts the verbs that discovery lists for r, and those that only authorizers know.
func validVerb(r snapshot.Resource, verb string) error {
	if r.Resource == "*" || len(r.Verbs) == 0 || verb == "*" || r.Has(verb) || matrix.IsAuthorizerVerb(verb) {
		return nil
	}
	var similar []string
	for _, k := range slices.Concat(r.Verbs, matrix.AuthorizerVerbs()) {
		if spelling.Similar(k, verb) || strings.HasPrefix(k, verb) {
			similar = append(similar, k)
		}
	}
	cause := fmt.Sprintf("%q is not a verb of %s", verb, r.Resource)
	if len(similar) == 0 {
		cause += ": use one of " + strings.Join(r.Verbs, ", ")
	}
	return notFound(verb, cause, similar)
}
