// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// maxRules bounds the rights that are asked one by one to find out whether an account holds all
// rules of a role; Options.Exhaustive lifts it.
const maxRules = 256

// roleIndex finds roles and bindings by namespace and name.
type roleIndex struct {
	roles    map[objectName]Role
	bindings map[objectName]Binding
}

type objectName struct{ namespace, name string }

func (v *view) roles() *roleIndex {
	x := &roleIndex{roles: make(map[objectName]Role, len(v.Roles)), bindings: make(map[objectName]Binding, len(v.Bindings))}
	for _, r := range v.Roles {
		x.roles[objectName{r.Namespace, r.Name}] = r
	}
	for _, b := range v.Bindings {
		x.bindings[objectName{b.Namespace, b.Name}] = b
	}
	return x
}

// bound is the role that b refers to, the zero Role when it was not read.
func (x *roleIndex) bound(b Binding) Role { return x.roles[refersTo(b)] }

func refersTo(b Binding) objectName {
	if b.RoleRef.Kind == "ClusterRole" {
		return objectName{"", b.RoleRef.Name}
	}
	return objectName{b.Namespace, b.RoleRef.Name}
}

// mayGrant is FP404. Whoever writes a role must hold its rules or escalate it; whoever writes a
// binding must hold the rules of the role or bind it (k8s.io/kubernetes
// pkg/registry/rbac/escalation_check.go@v1.37.2).
func (v *view) mayGrant(r reconciliation, e entry, known *roleIndex, out *derived) {
	if e.Group != rbacv1.GroupName {
		return
	}
	verb, role, found := "escalate", objectName{e.Namespace, e.Name}, true
	switch e.Kind {
	case "Role", "ClusterRole":
	case "RoleBinding", "ClusterRoleBinding":
		var binding Binding
		verb = "bind"
		if binding, found = known.bindings[role]; found {
			role = refersTo(binding)
		}
	default:
		return
	}
	if !found {
		why := "the binding was not found: which role it grants is not known"
		if unread := v.unread(rbacv1.GroupName, strings.ToLower(e.Kind)+"s"); unread != "" {
			why = "bindings could not be listed: " + unread
		}
		out.gap(fmt.Sprintf("whether %s may write %s", r.account, e), why)
		return
	}
	resource := "roles"
	if role.namespace == "" {
		resource = "clusterroles"
	}
	ask := func(name string) []matrix.Review {
		return []matrix.Review{{Subject: r.account, Attributes: matrix.Attributes{
			Verb: verb, Group: rbacv1.GroupName, Resource: resource, Namespace: e.Namespace, Name: name,
		}}}
	}
	x := v.need(r, "FP404", [][]matrix.Review{ask(""), ask(role.name)}, fmt.Sprintf("%s writes %s", r.Object, e))
	v.holdsRules(&x, verb, r.account, e.Namespace, role, known, resource)
	out.add(x)
}

// holdsRules adds the way that needs no special verb: to hold every rule of the role in the scope
// where it is granted.
func (v *view) holdsRules(x *matrix.Expectation, verb string, account matrix.Subject, namespace string, name objectName, known *roleIndex, resource string) {
	role, ok := known.roles[name]
	if !ok {
		if why := v.unread(rbacv1.GroupName, resource); why != "" {
			x.Severity = matrix.Warning
			x.Because += "; its rules could not be read (" + why + "), so holding them was not asked"
		} else {
			x.Because += "; the role " + name.name + " does not exist (yet), which only bind can do without"
		}
		return
	}
	rules := role.Rules
	if verb == "escalate" && role.Aggregation != nil { // what is written may come to hold anything
		rules = []rbacv1.PolicyRule{
			{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}},
			{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}},
		}
	}
	way := held(account, namespace, rules)
	if len(way) > maxRules && !v.options.Exhaustive {
		x.Severity = matrix.Warning
		x.Because += fmt.Sprintf("; holding all %d rights of %s instead was not asked", len(way), role.Name)
		return
	}
	if len(way) > 0 {
		x.Ways = append(x.Ways, way)
	}
	x.Hint = cmp.Or(x.Hint, "grant the account the rules themselves, or escalate or bind on the role")
}

// held are the reviews that are all allowed to an account that holds rules in namespace ("" for the cluster
// scope).
func held(account matrix.Subject, namespace string, rules []rbacv1.PolicyRule) []matrix.Review {
	var reviews []matrix.Review
	ask := func(a matrix.Attributes) { reviews = append(reviews, matrix.Review{Subject: account, Attributes: a}) }
	for _, rule := range rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, verb := range rule.Verbs {
			for _, path := range rule.NonResourceURLs {
				ask(matrix.Attributes{Verb: verb, Path: path})
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					resource, subresource, _ := strings.Cut(resource, "/")
					for _, name := range names {
						ask(matrix.Attributes{Verb: verb, Group: group, Resource: resource, Subresource: subresource, Namespace: namespace, Name: name})
					}
				}
			}
		}
	}
	return reviews
}
