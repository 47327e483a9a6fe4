// SPDX-License-Identifier: Apache-2.0

package tenants

import (
	"cmp"
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// maxRules limits the permissions that are asked one by one to find out whether an account holds all rules of a
// role. Options.Exhaustive lifts the limit.
const maxRules = 256

// grants asks whether the account can write a role or a binding (FP404). Whoever writes a role must hold its rules,
// or escalate it; whoever writes a binding must hold the rules of its role, or bind it (k8s.io/kubernetes
// pkg/registry/rbac/escalation_check.go@v1.37.2).
func (s *section) grants(r *model.Reconciliation, e model.Entry) {
	if e.Group != rbacv1.GroupName {
		return
	}
	verb, namespace, name := "escalate", e.Namespace, e.Name
	switch e.Kind {
	case "Role", "ClusterRole":
	case "RoleBinding", "ClusterRoleBinding":
		binding, found := s.RBAC().Binding(e.Namespace, e.Name)
		if !found {
			what, list := fmt.Sprintf("whether %s can write %s", r.Account, e), strings.ToLower(e.Kind)+"s"
			if unread := s.WhyUnread(rbacv1.GroupName, list); unread != "" {
				s.SkipGap(s.UnreadGap(snapshot.ResourceName(rbacv1.GroupName, list), what, "bindings could not be listed: "+unread))
			} else {
				s.Skip(what, "the binding was not found, so the role that it grants is not known")
			}
			return
		}
		verb, name = "bind", binding.RoleRef.Name
		if binding.RoleRef.Kind == "ClusterRole" {
			namespace = ""
		}
	default:
		return
	}
	resource := "roles"
	if namespace == "" {
		resource = "clusterroles"
	}
	ask := func(name string) []matrix.Review {
		return []matrix.Review{{Subject: matrix.Share(r.Account), Access: matrix.Access{
			Verb: verb, Group: rbacv1.GroupName, Resource: resource, Namespace: e.Namespace, Name: name,
		}}}
	}
	c := s.need(r, "FP404", [][]matrix.Review{ask(""), ask(name)}, fmt.Sprintf("%s writes %s", r.Object, e))
	if role, ok := s.RBAC().Role(namespace, name); ok {
		s.orHoldsRules(c, verb, e.Namespace, role)
	} else if why := s.WhyUnread(rbacv1.GroupName, resource); why != "" {
		c.Severity = matrix.Warning
		c.Because += "; its rules could not be read (" + why + "), so holding them was not asked"
	} else {
		c.Because += "; the role " + name + " does not exist (yet), so only bind is enough"
	}
	s.Add(c)
}

// orHoldsRules adds the alternative that needs no special verb: to hold every rule of the role in the scope in which
// it is granted.
func (s *section) orHoldsRules(c *matrix.Asked, verb, namespace string, role rbac.Role) {
	rules := role.Rules
	if verb == "escalate" && role.Aggregation != nil { // what is written can come to hold anything
		rules = []rbacv1.PolicyRule{
			{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
			{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
		}
	}
	reviews := holdsRules(c.Subject.Get(), namespace, rules)
	if len(reviews) > maxRules && !s.options.Exhaustive {
		c.Severity = matrix.Warning
		c.Because += fmt.Sprintf("; whether it holds all %d permissions of %s instead was not asked", len(reviews), role.Name)
		return
	}
	if len(reviews) > 0 {
		c.AnyOf = append(c.AnyOf, reviews)
	}
	c.Hint = cmp.Or(c.Hint, "grant the account the rules themselves, or escalate or bind on the role")
}

// holdsRules returns the reviews that are all allowed to an account that holds rules in namespace ("" for the whole
// cluster).
func holdsRules(account matrix.Subject, namespace string, rules []rbacv1.PolicyRule) []matrix.Review {
	var reviews []matrix.Review
	ask := func(a matrix.Access) {
		reviews = append(reviews, matrix.Review{Subject: matrix.Share(account), Access: a})
	}
	for _, rule := range rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, verb := range rule.Verbs {
			for _, path := range rule.NonResourceURLs {
				ask(matrix.Access{Verb: verb, Path: path})
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					resource, subresource, _ := strings.Cut(resource, "/")
					for _, name := range names {
						ask(matrix.Access{Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: namespace, Name: name})
					}
				}
			}
		}
	}
	return reviews
}
