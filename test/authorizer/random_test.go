// SPDX-License-Identifier: Apache-2.0

package authorizer

import (
	"fmt"
	"math/rand/v2"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix"
)

var (
	namespaces   = []string{"apps", "shop", "flux-system"}
	verbs        = []string{"get", "list", "patch", "delete", "impersonate", "*"}
	groups       = []string{"", "apps", "rbac.authorization.k8s.io", "*"}
	resources    = []string{"pods", "deployments", "roles", "serviceaccounts", "*"}
	subresources = []string{"", "", "status", "token", "exec"}
	names        = []string{"", "", "alpha", "beta"}
	paths        = []string{"/healthz", "/healthz/etcd", "/apis", "/apis/apps", "*"}
	accounts     = []string{"dev", "default", "reconciler"}
)

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// some are one or two of list.
func some(random *rand.Rand, list []string) []string {
	found := []string{pick(random, list)}
	if random.IntN(3) == 0 {
		found = append(found, pick(random, list))
	}
	return found
}

func labelSet(l map[string]string) labels.Set { return l }

func randomRule(random *rand.Rand) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{Verbs: some(random, verbs)}
	if random.IntN(6) == 0 {
		rule.NonResourceURLs = some(random, append([]string{"/healthz/*", "/apis/*", "/*"}, paths...))
		return rule
	}
	rule.APIGroups = some(random, groups)
	for _, resource := range some(random, resources) {
		if sub := pick(random, subresources); sub != "" {
			resource += "/" + sub
		}
		rule.Resources = append(rule.Resources, resource)
	}
	if random.IntN(4) == 0 {
		rule.ResourceNames = some(random, names)
	}
	return rule
}

func randomRules(random *rand.Rand) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for range 1 + random.IntN(3) {
		rules = append(rules, randomRule(random))
	}
	return rules
}

// newObjects draws roles and bindings, among them aggregated ClusterRoles, bindings to roles that do not
// exist or of an unknown kind, and subjects of every kind, with and without a namespace.
func newObjects(random *rand.Rand) *objects {
	o := &objects{
		clusterRoles: map[string]*rbacv1.ClusterRole{}, namespacedRoles: map[string]*rbacv1.Role{}, roleBindings: map[string][]*rbacv1.RoleBinding{},
	}
	for i := range 8 {
		name := fmt.Sprintf("role-%d", i)
		role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"part": pick(random, []string{"a", "b", "c"})}}}
		if i > 5 {
			role.Labels = nil // no part of another, see aggregate
			role.AggregationRule = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"part": pick(random, []string{"a", "b"})}}}}
		} else {
			role.Rules = randomRules(random)
		}
		o.clusterRoles[name] = role
		namespace := pick(random, namespaces)
		o.namespacedRoles[namespace+"/"+name] = &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Rules: randomRules(random)}
	}
	o.aggregate()
	for i := range 6 {
		namespace := pick(random, namespaces)
		o.roleBindings[namespace] = append(o.roleBindings[namespace], &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("binding-%d", i)},
			RoleRef:    randomRef(random, []string{"Role", "ClusterRole", "ClusterRole", "Group"}), Subjects: randomSubjects(random),
		})
	}
	for i := range 2 {
		o.clusterRoleBindings = append(o.clusterRoleBindings, &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("binding-%d", i)},
			RoleRef:    randomRef(random, []string{"ClusterRole", "ClusterRole", "ClusterRole", "Role"}), Subjects: randomSubjects(random),
		})
	}
	return o
}

func randomRef(random *rand.Rand, kinds []string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: pick(random, kinds), Name: fmt.Sprintf("role-%d", random.IntN(9))}
}

func randomSubjects(random *rand.Rand) []rbacv1.Subject {
	var subjects []rbacv1.Subject
	for range 1 + random.IntN(2) {
		namespace := pick(random, append([]string{""}, namespaces...))
		switch random.IntN(4) {
		case 0:
			user := pick(random, []string{"alice", "system:serviceaccount:apps:dev", "system:serviceaccount:shop:default"})
			subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user})
		case 1:
			group := pick(random, []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:apps", "team"})
			subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: group})
		default:
			subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: pick(random, accounts)})
		}
	}
	return subjects
}

func randomSubject(random *rand.Rand) matrix.Subject {
	switch random.IntN(6) {
	case 0:
		return matrix.Subject{Kind: matrix.KindUser, Name: "alice"}
	case 1:
		return matrix.Subject{Kind: matrix.KindGroup, Name: "team"}
	default:
		return matrix.ServiceAccount(pick(random, namespaces), pick(random, accounts))
	}
}

func randomAccess(random *rand.Rand) matrix.Access {
	if random.IntN(8) == 0 {
		return matrix.Access{Verb: pick(random, verbs), Path: pick(random, paths)}
	}
	return matrix.Access{
		Verb: pick(random, verbs), Group: pick(random, groups), Resource: pick(random, resources), Subresource: pick(random, subresources),
		Namespace: pick(random, append([]string{""}, namespaces...)), Name: pick(random, names),
	}
}
