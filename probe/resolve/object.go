// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Kinds are the kinds of objects that can be named.
type Kinds struct {
	Group func(group string) bool // reports whether kinds of an API group can be named; nil for all
	Short map[string]string       // short names, each with the KIND.GROUP that it stands for
	Noun  string                  // what such an object is called in a message: Flux object
}

// Object finds KIND/NAME or KIND.GROUP/NAME among the custom resources of s. KIND is a kind, a plural or
// a short name, in any case. Without a namespace the name must be in one namespace only.
func Object(s *snapshot.Snapshot, kinds Kinds, arg, namespace string) (snapshot.Object, error) {
	kind, name, _ := strings.Cut(arg, "/")
	called := strings.ToLower(kind)
	if long, ok := kinds.Short[called]; ok {
		called = strings.ToLower(long)
	}
	word, group, grouped := strings.Cut(called, ".")
	is := func(g, k, plural string) bool {
		return (kinds.Group == nil || kinds.Group(g)) && (!grouped || g == group) && (strings.EqualFold(k, word) || plural == word)
	}
	known := slices.ContainsFunc(s.Resources, func(r snapshot.Resource) bool { return r.Subresource == "" && is(r.Group, r.Kind, r.Resource) })
	var found []snapshot.Object
	var elsewhere []string
	for _, o := range s.Objects {
		r, _ := s.ResourceOf(o.Group, o.Kind)
		if !is(o.Group, o.Kind, r.Resource) {
			continue
		}
		known = true
		switch {
		case o.Name != name:
		case namespace == "" || o.Namespace == namespace:
			found = append(found, o)
		default:
			elsewhere = append(elsewhere, o.Namespace)
		}
	}
	switch {
	case !known:
		return snapshot.Object{}, notFound(kind, fmt.Sprintf("%q is not a kind of %s", kind, kinds.Noun), nil)
	case len(found) == 0:
		return snapshot.Object{}, noObject(arg, namespace, elsewhere)
	case len(found) > 1:
		return snapshot.Object{}, severalObjects(arg, found)
	}
	return found[0], nil
}

func noObject(arg, namespace string, elsewhere []string) *Error {
	cause := "there is no " + arg
	if namespace != "" {
		cause += " in namespace " + namespace
	}
	if len(elsewhere) > 0 {
		cause += ", but there is one in " + strings.Join(elsewhere, ", ")
	}
	return notFound(arg, cause, nil)
}

func severalObjects(arg string, found []snapshot.Object) *Error {
	namespaces := make([]string, len(found))
	for i, o := range found {
		namespaces[i] = o.Namespace
	}
	return &Error{Problem: SeveralNamespaces, Value: arg, Cause: arg + " is in several namespaces: " + strings.Join(namespaces, ", ")}
}
