// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// specialVerbs are verbs that discovery lists with no resource: RBAC's own, impersonation's, and
// those of admission and certificates (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac and
// plugin/pkg/admission at v1.37.2).
var specialVerbs = []string{"*", "impersonate", "bind", "escalate", "use", "approve", "sign", "attest"}

// pathVerbs are the verbs of non-resource URLs, the HTTP methods.
var pathVerbs = []string{"get", "head", "post", "put", "patch", "delete", "options", "*"}

// parseAccount reads NAMESPACE/NAME of an account that exists. A name that nobody has is a mistake of
// the call: the server would answer about it as if it were there.
func parseAccount(s *flux.Snapshot, arg string) (matrix.Subject, error) {
	namespace, name, ok := strings.Cut(arg, "/")
	if !ok || namespace == "" || name == "" || strings.Contains(name, "/") {
		return matrix.Subject{}, usagef("%q: want a service account as NAMESPACE/NAME", arg)
	}
	account := matrix.ServiceAccount(namespace, name)
	var near []string
	for _, a := range s.ServiceAccounts {
		switch other := a.Namespace + "/" + a.Name; {
		case other == arg:
			return account, nil
		case a.Name == name, a.Namespace == namespace && spelling.Similar(a.Name, name), spelling.Similar(other, arg):
			near = append(near, other)
		}
	}
	if s.Unread["serviceaccounts"] != "" {
		return account, nil // nobody knows whether it exists
	}
	return account, usagef("service account %s does not exist%s", arg, didYouMean(near))
}

// parseAccess reads VERB RESOURCE[.GROUP][/SUBRESOURCE][/NAME], or VERB /PATH, by what is served.
func parseAccess(s *flux.Snapshot, verb, arg, namespace string) (matrix.Attributes, error) {
	if strings.HasPrefix(arg, "/") || arg == "*" && verb == "*" && namespace == "" {
		if !slices.Contains(pathVerbs, verb) {
			return matrix.Attributes{}, usagef("%q is no verb of a URL: want one of %s", verb, strings.Join(pathVerbs, ", "))
		}
		return matrix.Attributes{Verb: verb, Path: arg}, nil
	}
	parts := strings.SplitN(arg, "/", 3)
	r, err := findResource(s, parts, verb)
	if err != nil {
		return matrix.Attributes{}, err
	}
	a := matrix.Attributes{Verb: verb, Group: r.Group, Resource: r.Resource, Namespace: namespace}
	rest := parts[1:]
	if len(rest) > 0 && r.Subresource != "" {
		a.Subresource, rest = r.Subresource, rest[1:]
	}
	a.Name = strings.Join(rest, "/")
	switch {
	case strings.Contains(a.Name, "/"):
		return a, usagef("%q: %s has no subresource %q", arg, r.Resource, parts[1])
	case !r.Namespaced && namespace != "" && a.Resource != "namespaces" && a.Resource != "*":
		return a, usagef("%s are not in namespaces: leave out -n %s", a.GroupResource(), namespace)
	}
	return a, validVerb(r, verb)
}

// findResource finds what RESOURCE[.GROUP] and the part after the slash mean: a subresource where
// there is one of that name, which may carry the group in its place.
func findResource(s *flux.Snapshot, parts []string, verb string) (flux.Resource, error) {
	name, group, grouped := strings.Cut(parts[0], ".")
	sub := ""
	if len(parts) > 1 {
		sub = parts[1]
		if of, g, ok := strings.Cut(sub, "."); ok && !grouped && len(find(s, name, g, of, true)) == 1 {
			sub, group, grouped = of, g, true
		}
	}
	if name == "*" || verb == "impersonate" && slices.Contains([]string{"users", "groups", "uids", "userextras"}, name) {
		return flux.Resource{Group: group, Resource: name, Namespaced: name == "*"}, nil
	}
	found := find(s, name, group, "", grouped)
	if len(found) == 0 {
		return flux.Resource{}, unknownResource(s, name, parts[0])
	}
	if core := slices.IndexFunc(found, func(r flux.Resource) bool { return r.Group == "" }); core >= 0 && !grouped {
		found = found[core : core+1]
	}
	if len(found) > 1 {
		var names []string
		for _, r := range found {
			names = append(names, r.Resource+"."+r.Group)
		}
		return flux.Resource{}, usagef("%s is in several API groups: say which of %s", name, strings.Join(names, ", "))
	}
	if of := find(s, found[0].Resource, found[0].Group, sub, true); sub != "" && len(of) == 1 {
		return of[0], nil
	}
	return found[0], nil
}

// find are the resources of a name, plural or kind; of any group unless it is given.
func find(s *flux.Snapshot, name, group, sub string, grouped bool) []flux.Resource {
	var found []flux.Resource
	for _, r := range s.Resources {
		if (r.Resource == name || sub == "" && strings.EqualFold(r.Kind, name)) && r.Subresource == sub && (!grouped || r.Group == group) {
			found = append(found, r)
		}
	}
	return found
}

func unknownResource(s *flux.Snapshot, name, arg string) error {
	var near []string
	for _, r := range s.Resources {
		if full := (matrix.Attributes{Group: r.Group, Resource: r.Resource}).GroupResource(); r.Subresource == "" && (r.Resource == name || spelling.Similar(r.Resource, name)) {
			near = append(near, full)
		}
	}
	hint := didYouMean(near)
	if len(s.FailedGroups) > 0 {
		hint += fmt.Sprintf("; the API group %s could not be discovered", s.FailedGroups[0].Group)
	}
	return usagef("the API server serves no resource %q%s", arg, hint)
}

func validVerb(r flux.Resource, verb string) error {
	known := slices.Concat(r.Verbs, specialVerbs)
	if r.Resource == "*" || len(r.Verbs) == 0 || slices.Contains(known, verb) || strings.HasPrefix(verb, "impersonate") && strings.Contains(verb, ":") {
		return nil
	}
	var near []string
	for _, k := range known {
		if spelling.Similar(k, verb) || strings.HasPrefix(k, verb) {
			near = append(near, k)
		}
	}
	return usagef("%q is no verb of %s%s", verb, r.Resource, cmp.Or(didYouMean(near), ": want one of "+strings.Join(r.Verbs, ", ")))
}

func didYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	slices.Sort(near)
	near = slices.Compact(near)
	return "; did you mean " + strings.Join(near[:min(3, len(near))], " or ") + "?"
}
