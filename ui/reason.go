// SPDX-License-Identifier: Apache-2.0

package ui

import "regexp"

// rbacAccount is a ServiceAccount in the reasons of the RBAC authorizer, which writes it "name/namespace"
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go, describeSubject@v1.37.2).
var rbacAccount = regexp.MustCompile(`ServiceAccount "([^"/ ]+)/([^"/ ]+)"`)

// ReasonOf is the reason of an answer for people: with accounts as namespace/name, as in the lines around it.
// The documents, json and yaml, keep the words of the server.
func ReasonOf(reason string) string {
	return rbacAccount.ReplaceAllString(reason, `ServiceAccount "$2/$1"`)
}
