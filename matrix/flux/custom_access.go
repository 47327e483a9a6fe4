// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// fileAccess is an access of an entry, with the field that it is from; lost says why discovery could not
// tell whether it exists.
type fileAccess struct {
	attributes matrix.Attributes
	field      string
	lost       string
}

// authorizerVerbs are those that no resource serves: the authorizer or an admission plugin asks about
// them (k8s.io/kubernetes plugin/pkg/auth, apiserver pkg/endpoints/filters/impersonation, v1.37.2).
var authorizerVerbs = []string{"impersonate", "bind", "escalate", "use", "approve", "sign", "attest"}

// virtual are the resources that exist for authorizerVerbs only.
var virtual = []string{
	"/users", "/groups", "authentication.k8s.io/users", "authentication.k8s.io/groups", "authentication.k8s.io/uids",
	"authentication.k8s.io/userextras", "authentication.k8s.io/serviceaccounts", "authentication.k8s.io/nodes", "certificates.k8s.io/signers",
}

func isAuthorizerVerb(verb string) bool {
	return slices.Contains(authorizerVerbs, verb) || strings.HasPrefix(verb, "impersonate:") || strings.HasPrefix(verb, "impersonate-on:")
}

// access is the product of the lists of an access.
func (x *expansion) access(l *file.Loaded, field string, e file.Entry, a file.Access) []fileAccess {
	var found []fileAccess
	for _, path := range a.NonResourceURLs {
		for i, verb := range a.Verbs {
			x.pathVerb(l, fmt.Sprintf("%s.verbs[%d]", field, i), e, verb)
			found = append(found, fileAccess{attributes: matrix.Attributes{Verb: verb, Path: path}, field: field})
		}
	}
	if len(a.Resources) == 0 {
		return found
	}
	namespaces, lost := x.namespaces(a)
	if lost != "" {
		x.lost(l, field, e, lost)
	}
	names := a.ResourceNames
	if len(names) == 0 {
		names = []string{""}
	}
	for i, group := range a.APIGroups {
		found = append(found, x.inGroup(l, field, fmt.Sprintf("%s.apiGroups[%d]", field, i), e, a, group, namespaces, names)...)
	}
	if len(a.APIGroups) == 0 {
		found = append(found, x.inGroup(l, field, field+".resources", e, a, "", namespaces, names)...)
	}
	return found
}

// pathVerb knows the verbs of requests that are for no resource: the methods of HTTP.
func (x *expansion) pathVerb(l *file.Loaded, field string, e file.Entry, verb string) {
	known := []string{"get", "head", "post", "put", "patch", "delete", "options", "*"}
	if rest, ok := strings.CutPrefix(verb, "impersonate-on:"); ok {
		_, verb, _ = strings.Cut(rest, ":")
	}
	if !slices.Contains(known, verb) && !e.Optional && !e.Literal {
		x.errs = append(x.errs, l.Errorf(field, "no request on a URL has the verb %q; %s", verb, spelling.Want(verb, known)))
	}
}

// inGroup expands the resources of one group.
func (x *expansion) inGroup(l *file.Loaded, field, groupField string, e file.Entry, a file.Access, group string, namespaces, names []string) []fileAccess {
	var found []fileAccess
	if !e.Literal && !x.knowsGroup(group) {
		if !e.Optional {
			x.errs = append(x.errs, l.Errorf(groupField, "the cluster has no API group %q; %s", group, spelling.Want(group, x.groups())))
		}
		return nil
	}
	for i, name := range a.Resources {
		resources, many := x.called(group, name, e)
		if len(resources) == 0 && !e.Optional {
			x.errs = append(x.errs, l.Errorf(fmt.Sprintf("%s.resources[%d]", field, i), "the cluster has no resource %q in API group %s; %s",
				name, cmp.Or(group, "core"), spelling.Want(name, x.resourcesOf(group))))
		}
		for _, r := range resources {
			if !x.inNamespaces(r) && slices.ContainsFunc(namespaces, func(n string) bool { return n != "" }) {
				if !many && !e.Optional {
					x.errs = append(x.errs, l.Errorf(field+".namespaces", "%s is of the whole cluster and in no namespace: leave namespaces out", resourceName(r)))
				}
				continue
			}
			for j, verb := range a.Verbs {
				for _, v := range x.verbs(l, fmt.Sprintf("%s.verbs[%d]", field, j), e, r, verb, many) {
					for _, namespace := range namespaces {
						for _, n := range names {
							found = append(found, fileAccess{r.access(v, namespace, n), field, x.failedGroup(r)})
						}
					}
				}
			}
		}
	}
	return found
}

// inNamespaces says whether a review of r may name a namespace; that of a Namespace object may.
func (x *expansion) inNamespaces(r Resource) bool {
	return r.Namespaced || r.Group == "" && r.Resource == "namespaces"
}

// anything is the kind of what discovery has no say in.
const anything = "*"

// called are the resources that a name in a group means. A star that must be denied also means all
// that is served, which is many.
func (x *expansion) called(group, name string, e file.Entry) (resources []Resource, many bool) {
	resource, subresource, _ := strings.Cut(name, "/")
	literal := Resource{Group: group, Resource: resource, Subresource: subresource, Kind: anything, Namespaced: true}
	if r, ok := x.resource(group, resource, subresource); ok {
		return []Resource{r}, false
	}
	star := group == "*" || resource == "*"
	switch {
	case e.Literal, star && e.Expect == matrix.Allow, slices.Contains(virtual, group+"/"+resource), x.failed[group] != "":
		return []Resource{literal}, false
	case !star:
		return nil, false
	}
	for _, r := range x.snapshot.Resources {
		full := resourceName(Resource{Resource: r.Resource, Subresource: r.Subresource})
		if (group == "*" || r.Group == group) && (name == "*" || file.Match(name, full)) {
			resources = append(resources, r)
		}
	}
	if len(resources) == 0 && resource != "*" {
		return nil, true // no group serves it
	}
	if group == "*" {
		for _, f := range x.snapshot.FailedGroups {
			resources = append(resources, Resource{Group: f.Group, Resource: resource, Subresource: subresource, Kind: anything, Namespaced: true})
		}
	}
	return append(resources, literal), true
}

// verbs are those that a verb means for a resource, of many perhaps none.
func (x *expansion) verbs(l *file.Loaded, field string, e file.Entry, r Resource, verb string, many bool) []string {
	known := r.Verbs
	if r.Kind == anything && !slices.Contains(virtual, r.Group+"/"+r.Resource) {
		known = x.everyVerb()
	}
	switch {
	case verb == "*" && e.Expect == matrix.Deny && !e.Literal:
		return append([]string{verb}, slices.SortedFunc(slices.Values(known), matrix.CompareVerbs)...)
	case e.Literal, verb == "*", isAuthorizerVerb(verb), slices.Contains(known, verb),
		e.Expect == matrix.Deny && !many && slices.Contains(x.everyVerb(), verb): // it may be granted although it is not served
		return []string{verb}
	case !e.Optional && (!many || !slices.Contains(x.everyVerb(), verb)):
		known = slices.SortedFunc(slices.Values(known), matrix.CompareVerbs)
		x.errs = append(x.errs, l.Errorf(field, "%s does not serve the verb %q; %s", resourceName(r), verb, spelling.Want(verb, known)))
	}
	return nil
}

func resourceName(r Resource) string {
	return matrix.Attributes{Group: r.Group, Resource: r.Resource, Subresource: r.Subresource}.GroupResource()
}

func (x *expansion) everyVerb() []string {
	return strings.Fields("get list watch create update patch delete deletecollection")
}

func (x *expansion) failedGroup(r Resource) string {
	if why := x.failed[r.Group]; why != "" && r.Kind == anything {
		return lostGroup(r.Group, why)
	}
	return ""
}

func (x *expansion) knowsGroup(group string) bool {
	return group == "*" || x.failed[group] != "" ||
		slices.ContainsFunc(virtual, func(v string) bool { return strings.HasPrefix(v, group+"/") }) || slices.ContainsFunc(x.snapshot.Resources, func(r Resource) bool { return r.Group == group })
}

func (x *expansion) groups() []string {
	set := map[string]bool{}
	for _, r := range x.snapshot.Resources {
		set[r.Group] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func (x *expansion) resourcesOf(group string) []string {
	var all []string
	for _, r := range x.snapshot.Resources {
		if r.Group == group || group == "*" {
			all = append(all, resourceName(Resource{Resource: r.Resource, Subresource: r.Subresource}))
		}
	}
	return all
}
