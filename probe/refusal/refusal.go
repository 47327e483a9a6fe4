// SPDX-License-Identifier: Apache-2.0

// Package refusal reads what the API server and Flux say when something is refused: in a condition, an event, a
// line of a log, or an alert that somebody pasted.
//
//	text ──Plain──▶ one line ──Parse, Escalations, Blocked, Guards, Find──▶ Refusal, Escalation, Reference, Guard, Object
//
// What is returned is in the text: nothing is guessed where a text is cut off. Whether it is so on a cluster is for
// others to ask. The package knows neither Flux nor a terminal nor client-go, and does no I/O.
package refusal

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Refusal is a 403 of the authorization of the API server.
type Refusal struct {
	Subject matrix.Subject
	Access  matrix.Access
}

// refusals matches the words of k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go@v0.37.2. The name
// of the object stands before them in quotes, if the request had one:
//
//	deployments.apps "web" is forbidden: User "…" cannot patch resource "deployments" in API group "apps" in the namespace "apps"
//	User "…" cannot get path "/apis"
//
// Where the namespace or the cluster scope is cut off, the scope is not known, and that is no refusal.
var refusals = compiled(
	`(?:[a-z0-9.*/-]+ "([^"]*)" is forbidden: |)` + begins +
		`(?:path "([^"]+)"|resource "([^"]+)" in API group "([^"]*)" (?:in the namespace "([^"]+)"|at the cluster scope))`)

const begins = `User "([^"]+)" cannot ([^\s"]+) `

// unquoted matches the same without quotes: inside of the double quotes of a shell they are lost.
var unquoted = compiled(
	`(?:[a-z0-9.*/-]+ ?(\S*) is forbidden: |)` + `User ([^\s"]+) cannot ([^\s"]+) ` +
		`(?:path (/[^\s"]*)|resource ([^\s"]+) in API group (?:([a-z0-9.*-]+) |)(?:in the namespace ([a-z0-9-]+)|at the cluster scope))`)

// begun matches the beginning of a refusal, whole or not.
var begun = compiled(begins + `(?:path|resource)`)

// Parse returns every refusal in a text, in order, each once.
func Parse(text string) []Refusal {
	var found []Refusal
	seen := map[Refusal]bool{}
	plain := Plain(text)
	matches := refusals().FindAllStringSubmatch(plain, -1)
	if len(matches) == 0 {
		matches = unquoted().FindAllStringSubmatch(plain, -1)
	}
	for _, m := range matches {
		r := Refusal{Subject: subjectOf(m[2])}
		if m[4] != "" {
			r.Access = matrix.Access{Verb: m[3], Path: strings.TrimRight(unwrapped(m[4]), ":;,.")}
		} else {
			resource, subresource, _ := strings.Cut(unwrapped(m[5]), "/")
			r.Access = matrix.Access{
				Verb: m[3], Group: unwrapped(m[6]), Resource: resource, Subresource: subresource,
				Namespace: unwrapped(m[7]), Name: unwrapped(m[1]),
			}
		}
		if !seen[r] {
			seen[r] = true
			found = append(found, r)
		}
	}
	return found
}

// CutOff reports whether a refusal begins in the text and does not end there, as in a message that was shortened.
func CutOff(text string) bool {
	plain := Plain(text)
	return len(begun().FindAllStringIndex(plain, -1)) > len(refusals().FindAllStringIndex(plain, -1))
}

// Impersonates reports whether impersonation was refused, legacy or constrained.
func (r Refusal) Impersonates() bool {
	return r.Access.Verb == "impersonate" || matrix.IsConstrainedImpersonation(r.Access.Verb)
}

// subjectOf returns who a user name stands for. Only the name of an account cannot have spaces.
func subjectOf(user string) matrix.Subject {
	if strings.HasPrefix(user, "system:") {
		user = unwrapped(user)
	}
	return rbac.SubjectOfUser(user)
}

// unwrapped is a name without the line breaks that a terminal or a mail put into it: no name has a space.
func unwrapped(name string) string { return strings.ReplaceAll(name, " ", "") }
