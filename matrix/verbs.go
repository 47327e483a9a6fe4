// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"slices"
	"strings"
)

// apiVerbs are the verbs of the API in the order of their columns.
var apiVerbs = [...]string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}

// APIVerbs returns the verbs that discovery lists for resources, in the order of their columns.
func APIVerbs() []string { return slices.Clone(apiVerbs[:]) }

// AuthorizerVerbs returns the verbs that no resource serves: RBAC itself, impersonation, and admission
// and certificate plugins ask the authorizer about them (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac
// and plugin/pkg/admission, k8s.io/apiserver pkg/endpoints/filters/impersonation, v1.37.2).
func AuthorizerVerbs() []string {
	return []string{"impersonate", "bind", "escalate", "use", "approve", "sign", "attest"}
}

// The prefixes of the verbs of constrained impersonation (KEP-5284): who can be impersonated, and what
// can be done while impersonating.
const (
	impersonatePrefix   = "impersonate:"
	impersonateOnPrefix = "impersonate-on:"
)

// IsAuthorizerVerb reports whether verb is one of AuthorizerVerbs or a verb of constrained impersonation.
func IsAuthorizerVerb(verb string) bool {
	return slices.Contains(AuthorizerVerbs(), verb) || IsConstrainedImpersonation(verb)
}

// IsConstrainedImpersonation reports whether verb is a verb of constrained impersonation, which servers
// since Kubernetes 1.36 accept in place of impersonate.
func IsConstrainedImpersonation(verb string) bool {
	return strings.HasPrefix(verb, impersonatePrefix) || strings.HasPrefix(verb, impersonateOnPrefix)
}

// HTTPVerbs returns the verbs of requests for non-resource URLs: the methods of HTTP, and "*" for all
// (k8s.io/apiserver pkg/endpoints/request/requestinfo.go@v0.37.2).
func HTTPVerbs() []string {
	return []string{"get", "head", "post", "put", "patch", "delete", "options", "*"}
}

// virtualResources are the resources that exist for AuthorizerVerbs only, as GROUP/RESOURCE.
var virtualResources = []string{
	"/users", "/groups", "authentication.k8s.io/users", "authentication.k8s.io/groups", "authentication.k8s.io/uids",
	"authentication.k8s.io/userextras", "authentication.k8s.io/serviceaccounts", "authentication.k8s.io/nodes", "certificates.k8s.io/signers",
}

// IsVirtualResource reports whether no discovery serves the resource, although authorizers are asked
// about it: impersonate users, approve signers.certificates.k8s.io
// (k8s.io/apiserver pkg/endpoints/filters/impersonation@v0.37.2).
func IsVirtualResource(group, resource string) bool {
	return slices.Contains(virtualResources, group+"/"+resource)
}

// IsVirtualGroup reports whether one of the virtual resources is in the API group.
func IsVirtualGroup(group string) bool {
	return slices.ContainsFunc(virtualResources, func(v string) bool { return strings.HasPrefix(v, group+"/") })
}

// CompareVerbs orders verbs as the columns of the matrix: get, list, watch, create, update, patch,
// delete, deletecollection, and then the others by name.
func CompareVerbs(a, b string) int {
	return cmp.Or(cmp.Compare(verbRank(a), verbRank(b)), strings.Compare(a, b))
}

func verbRank(verb string) int {
	for i, v := range apiVerbs {
		if v == verb {
			return i
		}
	}
	return len(apiVerbs)
}
