// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"cmp"
	"strings"
)

// The kinds of Subject, as in the subjects of an RBAC binding (k8s.io/api/rbac/v1).
const (
	KindServiceAccount = "ServiceAccount"
	KindUser           = "User"
	KindGroup          = "Group"
)

// Subject is who is asked about: a subject as an RBAC binding names it. It is comparable.
type Subject struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// ServiceAccount is the Subject of the ServiceAccount name in namespace.
func ServiceAccount(namespace, name string) Subject {
	return Subject{Kind: KindServiceAccount, Namespace: namespace, Name: name}
}

// String is namespace/name for a ServiceAccount, and the kind and name for a User or Group.
func (s Subject) String() string {
	switch {
	case s == Subject{}:
		return ""
	case s.Kind == KindServiceAccount:
		return s.Namespace + "/" + s.Name
	default:
		return s.Kind + " " + s.Name
	}
}

// User is the name under which the API server knows s; it is empty for a Group.
func (s Subject) User() string {
	switch s.Kind {
	case KindServiceAccount:
		return "system:serviceaccount:" + s.Namespace + ":" + s.Name
	case KindGroup:
		return ""
	default:
		return s.Name
	}
}

// Groups are the groups that the API server gives an authenticated s. An access review adds none
// of them by itself (k8s.io/api authorization/v1), so each must be sent: all three for a
// ServiceAccount, system:authenticated for a User, the group itself for a Group.
func (s Subject) Groups() []string {
	switch s.Kind {
	case KindServiceAccount:
		return []string{"system:serviceaccounts", "system:serviceaccounts:" + s.Namespace, "system:authenticated"}
	case KindGroup:
		return []string{s.Name}
	default:
		return []string{"system:authenticated"}
	}
}

// Compare orders subjects by kind, namespace and name.
func (s Subject) Compare(t Subject) int {
	return cmp.Or(strings.Compare(s.Kind, t.Kind), strings.Compare(s.Namespace, t.Namespace), strings.Compare(s.Name, t.Name))
}
