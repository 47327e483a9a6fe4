// SPDX-License-Identifier: Apache-2.0

// Package resolve turns names that people type into what they stand for in a snapshot: accounts,
// namespaces, accesses and objects. The API server answers access reviews about names that do not
// exist as if they did, so a name that stands for nothing is an *Error and never a verdict.
//
//	arguments, probe/snapshot ──▶ matrix.Subject, matrix.Access, snapshot.Object ──▶ probe/explain, probe/remedy
//
// The package knows neither Flux nor command lines.
package resolve

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Account reads NAMESPACE/NAME of a ServiceAccount that exists. Where ServiceAccounts could not be
// listed, every name is accepted.
func Account(s *snapshot.Snapshot, arg string) (matrix.Subject, error) {
	namespace, name, ok := strings.Cut(arg, "/")
	if !ok || namespace == "" || name == "" || strings.Contains(name, "/") {
		return matrix.Subject{}, &Error{Problem: Malformed, Value: arg, Cause: fmt.Sprintf("%q is not a service account: use NAMESPACE/NAME", arg)}
	}
	account := matrix.ServiceAccount(namespace, name)
	if !s.Absent(account) {
		return account, nil
	}
	var similar []string
	for _, a := range s.ServiceAccounts {
		other := a.Namespace + "/" + a.Name
		if a.Name == name || a.Namespace == namespace && spelling.Similar(a.Name, name) || spelling.Similar(other, arg) {
			similar = append(similar, other)
		}
	}
	return account, notFound(arg, fmt.Sprintf("service account %s does not exist", arg), similar)
}

// Namespace accepts the name of a namespace that exists, and "" for all namespaces. Where Namespaces
// could not be listed, every name is accepted.
func Namespace(s *snapshot.Snapshot, name string) error {
	if _, ok := s.Namespace(name); ok || name == "" || s.WhyUnread("", "namespaces") != "" {
		return nil
	}
	var similar []string
	for _, n := range s.Namespaces {
		if spelling.Similar(n.Name, name) {
			similar = append(similar, n.Name)
		}
	}
	return notFound(name, fmt.Sprintf("there is no namespace %q", name), similar)
}
