// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Grant is one reason why RBAC allows an access: a rule of a role that a binding gives to a subject.
type Grant struct {
	Binding Binding
	Role    Role
	Rule    rbacv1.PolicyRule // the rule of Role that allows it
	Subject matrix.Subject    // whom Binding names: the account itself, or a group that it is in
	Broad   string            // who else holds it when Subject is a group of nearly everybody; else ""
}

// Text is the grant on one line.
func (g Grant) Text() string {
	text := g.Binding.Origin().String() + " gives " + title(g.Subject) + " " + g.Role.Origin().String() + ": " + RuleText(g.Rule)
	if g.Broad != "" {
		text += "; so may " + g.Broad
	}
	return text
}

// broad says who is in the groups that nearly everybody is in (k8s.io/apiserver
// pkg/authentication/user/user.go and serviceaccount/util.go@v0.37.2).
func broad(s matrix.Subject) string {
	if s.Kind != matrix.KindGroup {
		return ""
	}
	switch s.Name {
	case "system:authenticated":
		return "every authenticated user"
	case "system:unauthenticated":
		return "every anonymous user"
	case "system:serviceaccounts":
		return "every ServiceAccount of the cluster"
	default:
		return ""
	}
}

// Grants are all the grants of an access: those of ClusterRoleBindings before those of RoleBindings,
// those to the account before those to its groups. It is empty when RBAC does not allow the access.
func (x *Index) Grants(review matrix.Review) []Grant {
	var grants []Grant
	q := ask(review.Attributes)
	for _, place := range x.boundFor(requestorOf(review.Subject), q.Namespace) {
		if place.role == nil {
			continue
		}
		for i := range place.role.Rules {
			if rule := &place.role.Rules[i]; q.covered(rule) {
				grants = append(grants, Grant{*place.binding, *place.role, *rule, place.subject, broad(place.subject)})
			}
		}
	}
	return grants
}

// Allowed says whether RBAC allows the access.
func (x *Index) Allowed(review matrix.Review) bool {
	q := ask(review.Attributes)
	_, ok := x.allowing(&q, requestorOf(review.Subject))
	return ok
}

// allowing finds the first place that allows q.
func (x *Index) allowing(q *question, who requestor) (bound, bool) {
	for _, place := range x.boundFor(who, q.Namespace) {
		if place.role != nil && q.first(place.role.Rules) >= 0 {
			return place, true
		}
	}
	return bound{}, false
}
