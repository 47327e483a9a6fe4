// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"regexp"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// refusal is a 403 of the API server, as the message of a condition quotes it.
type refusal struct {
	subject matrix.Subject
	access  matrix.Access
}

// refusals matches the words of k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go@v0.37.2. The name
// of the object stands before them in quotes, if the request had one:
//
//	deployments.apps "web" is forbidden: User "…" cannot patch resource "deployments" in API group "apps" in the namespace "apps"
//	User "…" cannot get path "/apis"
var refusals = regexp.MustCompile(
	`(?:[a-z0-9.*/-]+ "([^"]*)" is forbidden: |)` +
		`User "([^"]+)" cannot ([^\s"]+) ` +
		`(?:path "([^"]+)"|resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope|))`)

// parseRefusals returns every refusal in a message, in order, each once.
func parseRefusals(message string) []refusal {
	message = strings.ReplaceAll(message, `\"`, `"`)
	var found []refusal
	seen := map[refusal]bool{}
	for _, m := range refusals.FindAllStringSubmatch(message, -1) {
		r := refusal{subject: rbac.SubjectOfUser(m[2])}
		if m[4] != "" {
			r.access = matrix.Access{Verb: m[3], Path: m[4]}
		} else {
			resource, subresource, _ := strings.Cut(m[5], "/")
			r.access = matrix.Access{Verb: m[3], Group: m[6], Resource: resource, Subresource: subresource, Namespace: m[7], Name: m[1]}
		}
		if !seen[r] {
			seen[r] = true
			found = append(found, r)
		}
	}
	return found
}

// impersonates reports whether impersonation was refused, legacy or constrained.
func (r refusal) impersonates() bool {
	return r.access.Verb == "impersonate" || matrix.IsConstrainedImpersonation(r.access.Verb)
}
