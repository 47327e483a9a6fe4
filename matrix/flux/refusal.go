// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"regexp"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// refusal is a 403 of the API server, as the message of a condition quotes it.
type refusal struct {
	subject matrix.Subject
	access  matrix.Attributes
}

// The words are those of apiserver pkg/endpoints/handlers/responsewriters/errors.go@v0.37.2; the
// object's name stands before them, quoted, when the request had one:
//
//	deployments.apps "web" is forbidden: User "…" cannot patch resource "deployments" in API group "apps" in the namespace "apps"
//	User "…" cannot get path "/apis"
var refusals = regexp.MustCompile(
	`(?:[a-z0-9.*/-]+ "([^"]*)" is forbidden: |)` +
		`User "([^"]+)" cannot ([^\s"]+) ` +
		`(?:path "([^"]+)"|resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope|))`)

// parseRefusals finds every refusal in a message, in order, each once.
func parseRefusals(message string) []refusal {
	message = strings.ReplaceAll(message, `\"`, `"`)
	var found []refusal
	seen := map[refusal]bool{}
	for _, m := range refusals.FindAllStringSubmatch(message, -1) {
		r := refusal{subject: subjectOf(m[2])}
		if m[4] != "" {
			r.access = matrix.Attributes{Verb: m[3], Path: m[4]}
		} else {
			resource, subresource, _ := strings.Cut(m[5], "/")
			r.access = matrix.Attributes{Verb: m[3], Group: m[6], Resource: resource, Subresource: subresource, Namespace: m[7], Name: m[1]}
		}
		if !seen[r] {
			seen[r] = true
			found = append(found, r)
		}
	}
	return found
}

// subjectOf reads a user name; that of a ServiceAccount names its namespace.
func subjectOf(user string) matrix.Subject {
	if account, ok := strings.CutPrefix(user, "system:serviceaccount:"); ok {
		if namespace, name, ok := strings.Cut(account, ":"); ok {
			return matrix.ServiceAccount(namespace, name)
		}
	}
	return matrix.Subject{Kind: matrix.KindUser, Name: user}
}

// impersonates says whether what was refused is impersonation in either form, legacy or constrained.
func (r refusal) impersonates() bool {
	return r.access.Verb == "impersonate" || strings.HasPrefix(r.access.Verb, "impersonate:") || strings.HasPrefix(r.access.Verb, onBehalf)
}
