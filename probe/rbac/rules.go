// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// HeldRule is a rule that an account holds, through a binding to itself or to a group that it is in.
type HeldRule struct {
	Binding Binding
	Role    Role
	Rule    rbacv1.PolicyRule // one of Role's
	Subject matrix.Subject    // whom Binding names: the account itself, or the group
}

// Text describes the rule and how it is held on one line.
func (h HeldRule) Text() string {
	subject := title(h.Subject)
	if everyone := members(h.Subject); everyone != "" {
		subject += " (" + everyone + ")"
	}
	return h.Binding.Origin().String() + " grants " + h.Role.Origin().String() + " to " + subject + ": " + RuleText(h.Rule)
}

// members describes the members of the groups that nearly every account is in, and is "" for any
// other subject (k8s.io/apiserver pkg/authentication/user/user.go and serviceaccount/util.go@v0.37.2).
func members(s matrix.Subject) string {
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

// RulesFor returns the rules that count for subject in namespace: those of ClusterRoleBindings, then
// those of the RoleBindings there; in each, those bound to the subject itself before those bound to
// its groups. An empty namespace asks for the rules that count in the whole cluster.
func (x *Index) RulesFor(subject matrix.Subject, namespace string) []HeldRule {
	return x.rules(requestorOf(subject), namespace, func(*rbacv1.PolicyRule) bool { return true })
}

// Grants returns the rules that allow an access, each a reason of its own, in the order of RulesFor.
// It is empty when RBAC does not allow the access.
func (x *Index) Grants(review matrix.Review) []HeldRule {
	q := ask(review.Access)
	return x.rules(requestorOf(review.Subject.Get()), q.Namespace, q.covered)
}

func (x *Index) rules(who requestor, namespace string, want func(*rbacv1.PolicyRule) bool) []HeldRule {
	var held []HeldRule
	for _, s := range x.effective(who, namespace) {
		if s.role == nil {
			continue
		}
		for i := range s.role.Rules {
			rule := &s.role.Rules[i]
			inScope := s.binding.Namespace == "" || len(rule.NonResourceURLs) == 0 // paths have no namespace
			if inScope && want(rule) {
				held = append(held, HeldRule{*s.binding, *s.role, *rule, s.subject})
			}
		}
	}
	return held
}

// Allowed reports whether RBAC allows the access.
func (x *Index) Allowed(review matrix.Review) bool {
	q := ask(review.Access)
	_, ok := x.allowing(&q, requestorOf(review.Subject.Get()))
	return ok
}

// allowing finds the first binding that allows q.
func (x *Index) allowing(q *question, who requestor) (subjectBinding, bool) {
	for _, s := range x.effective(who, q.Namespace) {
		if s.role != nil && q.first(s.role.Rules) >= 0 {
			return s, true
		}
	}
	return subjectBinding{}, false
}
