// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"cmp"
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// maxRules limits the permissions that are asked one by one to find out whether an account holds all rules of a
// role. Options.Exhaustive lifts the limit.
const maxRules = 256

// RoleResource returns the resource of Roles, or of ClusterRoles if namespace is empty.
func RoleResource(namespace string) string {
	if namespace == "" {
		return "clusterroles"
	}
	return "roles"
}

// OnRole returns the alternatives of escalate or bind on a role that is written or bound in namespace: on all names,
// and on this one.
func OnRole(account matrix.Subject, verb, resource, namespace, name string) [][]matrix.Review {
	ask := func(name string) []matrix.Review {
		return []matrix.Review{{Subject: matrix.Share(account), Access: matrix.Access{
			Verb: verb, Group: rbacv1.GroupName, Resource: resource, Namespace: namespace, Name: name,
		}}}
	}
	return [][]matrix.Review{ask(""), ask(name)}
}

// OrHoldsRules adds to a check about escalate or bind the alternative that needs no special verb: to hold every rule of
// the role in the namespace in which it is granted, "" for the whole cluster.
func OrHoldsRules(c *matrix.Asked, namespace string, role rbac.Role, o Options) {
	rules := role.Rules
	if verb, _ := c.Access(); verb.Verb == "escalate" && role.Aggregation != nil { // what is written can come to hold anything
		rules = []rbacv1.PolicyRule{
			{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
			{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
		}
	}
	reviews := holdsRules(c.Subject.Get(), namespace, rules)
	if len(reviews) > maxRules && !o.Exhaustive {
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
