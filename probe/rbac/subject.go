// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// serviceAccountPrefix begins the user names of ServiceAccounts (k8s.io/apiserver
// pkg/authentication/serviceaccount/util.go@v0.37.2).
const serviceAccountPrefix = "system:serviceaccount:"

// Subject resolves an entry of b's subjects. A ServiceAccount without a namespace belongs to the
// namespace of a RoleBinding (k8s.io/kubernetes pkg/registry/rbac/validation/rule.go@v1.37.2); in a
// ClusterRoleBinding it stays without one and matches no account. A User with the user name of a
// ServiceAccount is that ServiceAccount, because the API server compares user names.
func (b Binding) Subject(s rbacv1.Subject) matrix.Subject {
	switch s.Kind {
	case rbacv1.ServiceAccountKind:
		return matrix.ServiceAccount(cmp.Or(s.Namespace, b.Namespace), s.Name)
	case rbacv1.UserKind:
		return SubjectOfUser(s.Name)
	default:
		return matrix.Subject{Kind: s.Kind, Name: s.Name}
	}
}

// SubjectOfUser returns the subject that the API server knows by a user name: a ServiceAccount for
// system:serviceaccount:NAMESPACE:NAME, a User otherwise.
func SubjectOfUser(user string) matrix.Subject {
	if account, ok := strings.CutPrefix(user, serviceAccountPrefix); ok {
		namespace, name, _ := strings.Cut(account, ":")
		if namespace != "" && name != "" && !strings.Contains(name, ":") {
			return matrix.ServiceAccount(namespace, name)
		}
	}
	return matrix.Subject{Kind: matrix.KindUser, Name: user}
}

// Accounts returns the ServiceAccounts and Users that b names itself, resolved as by Subject, each
// once and in b's order. Groups are left out, and so are subjects that match no account.
func (b Binding) Accounts() []matrix.Subject {
	var accounts []matrix.Subject
	for _, s := range b.Subjects {
		subject := b.Subject(s)
		if id, ok := identityOf(subject); ok && !id.group && !slices.Contains(accounts, subject) {
			accounts = append(accounts, subject)
		}
	}
	return accounts
}

// identity is a user or a group as the API server compares them; a ServiceAccount is its user name.
type identity struct {
	group bool
	name  string
}

// identityOf is false for a subject that matches no account: one of an unknown kind, or a
// ServiceAccount without a namespace.
func identityOf(s matrix.Subject) (identity, bool) {
	switch s.Kind {
	case matrix.KindGroup:
		return identity{group: true, name: s.Name}, true
	case matrix.KindUser:
		return identity{name: s.Name}, true
	case matrix.KindServiceAccount:
		return identity{name: s.User()}, s.Namespace != ""
	default:
		return identity{}, false
	}
}

// requestor is who sends a request, as the API server knows it.
type requestor struct {
	user   string
	groups []string
}

func requestorOf(s matrix.Subject) requestor { return requestor{s.User(), s.Groups()} }

// identities returns the user first, then the groups.
func (r requestor) identities() []identity {
	ids := make([]identity, 0, 1+len(r.groups))
	if r.user != "" {
		ids = append(ids, identity{name: r.user})
	}
	for _, group := range r.groups {
		ids = append(ids, identity{group: true, name: group})
	}
	return ids
}

// is reports whether a subject of a binding matches r.
func (r requestor) is(s matrix.Subject) bool {
	id, ok := identityOf(s)
	return ok && slices.Contains(r.identities(), id)
}
