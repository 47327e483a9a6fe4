// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// FuzzRefusal wants of a refusal in the words of the API server, with any text around it and quoted once more or not,
// what it was made of; and of any text no more than is there.
func FuzzRefusal(f *testing.F) {
	f.Add("", "system:serviceaccount:apps:dev", "get", "", "pods", "log", "apps", "web-0", ": RBAC: not found", false)
	f.Add(`User "a" cannot get path "/x"; `, "alice", "impersonate-on:serviceaccount:list", "apps", "deployments", "", "", "", "\n", true)
	f.Add("dry-run failed: ", "system:serviceaccount:apps", "*", "*", "*", "*", "*", "system:a", `User "`, false)
	f.Fuzz(func(t *testing.T, before, user, verb, group, resource, subresource, namespace, name, after string, quoted bool) {
		whole := before + user + verb + group + resource + subresource + namespace + name + after
		for _, r := range Parse(whole) {
			if r.Subject.Kind == "" || r.Access.Verb == "" || (r.Access.Path == "") == (r.Access.Resource == "" && r.Access.Subresource == "") {
				t.Errorf("%q refuses nothing in particular: %+v", whole, r)
			}
			for _, part := range []string{r.Subject.Name, r.Access.Verb, r.Access.Path, r.Access.Resource, r.Access.Namespace, r.Access.Name} {
				if !strings.Contains(unwrapped(Plain(whole)), unwrapped(part)) {
					t.Errorf("%q is not in %q", part, whole)
				}
			}
		}
		for _, word := range []string{user, verb, group, resource, subresource, namespace, name} {
			if strings.ContainsAny(word, "\"\\/ \t\r\n\v\f") || strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r > '~' }) {
				return // names in a cluster have none of these
			}
		}
		if user == "" || verb == "" || resource == "" || !rightBefore(before) {
			return
		}
		want := Refusal{rbac.SubjectOfUser(user), matrix.Access{
			Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: namespace, Name: name,
		}}
		message := refuse(want, user)
		if quoted {
			message = strings.ReplaceAll(message, `"`, `\"`)
		}
		if got := Parse(before + message + after); !slices.Contains(got, want) {
			t.Errorf("%q is %+v, want %+v", before+message+after, got, want)
		}
	})
}

// rightBefore reports whether a refusal after this text can be told from it: the text does not quote anything, and
// no name goes on.
func rightBefore(text string) bool {
	return !strings.ContainsAny(text, `"\`) && (text == "" || strings.ContainsRune(" \n;", rune(text[len(text)-1])))
}

// refuse is the message of the API server (k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go and
// k8s.io/apimachinery pkg/api/errors.NewForbidden@v0.37.2).
func refuse(r Refusal, user string) string {
	a, what := r.Access, "pods"
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	if a.Name != "" {
		what += fmt.Sprintf(" %q", a.Name)
	}
	text := fmt.Sprintf("%s is forbidden: User %q cannot %s resource %q in API group %q", what, user, a.Verb, resource, a.Group)
	if a.Namespace == "" {
		return text + " at the cluster scope"
	}
	return text + fmt.Sprintf(" in the namespace %q", a.Namespace)
}
