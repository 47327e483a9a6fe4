// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// OnObject returns the alternatives of a permission on an object: on all names of the namespace, a review that many
// objects share, and, if that is denied, on this name. A Namespace that is to be created holds no RoleBinding yet,
// whatever is bound in the namespace of that name now.
func OnObject(subject matrix.Subject, r snapshot.Resource, verb, namespace, name string) [][]matrix.Review {
	named := r.Access(verb, namespace, name)
	if name == "" || r.Group == "" && r.Resource == "namespaces" {
		if verb == "create" {
			named.Namespace = ""
		}
		return matrix.One(subject, named)
	}
	return [][]matrix.Review{{{Subject: matrix.Share(subject), Access: r.Access(verb, namespace, "")}}, {{Subject: matrix.Share(subject), Access: named}}}
}

// OnBehalf begins the verbs of constrained impersonation (KEP-5284) for what is done while acting as an account.
const OnBehalf = "impersonate-on:serviceaccount:"

// Constrained reports whether the API server knows constrained impersonation.
func Constrained(m *model.Model) bool {
	since := m.Facts.Applying.Constrained.Since
	return m.KubernetesVersion().AtLeast(since.Major(), since.Minor())
}

// Impersonate is the legacy permission to act as an account (k8s.io/apiserver
// pkg/endpoints/filters/impersonation@v0.37.2).
func Impersonate(account matrix.Subject) matrix.Access {
	return matrix.Access{Verb: "impersonate", Resource: "serviceaccounts", Namespace: account.Namespace, Name: account.Name}
}

// ConstrainedImpersonate is the half of constrained impersonation that names the account.
func ConstrainedImpersonate(account matrix.Subject) matrix.Access {
	return matrix.Access{
		Verb: "impersonate:serviceaccount", Group: "authentication.k8s.io", Resource: "serviceaccounts",
		Namespace: account.Namespace, Name: account.Name,
	}
}
