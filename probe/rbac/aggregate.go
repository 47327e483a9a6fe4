// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/labels"
)

// Aggregate gives roles with the rules of the aggregated ClusterRoles computed from their parts, as
// kube-controller-manager does (k8s.io/kubernetes
// pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go@v1.37.2): it is for
// manifests, where no controller has run. An aggregated role may be a part of another. The roles are
// sorted by namespace and name; those given are not changed.
func Aggregate[R roleShape](given []R) []R {
	roles := make([]Role, len(given))
	for i, r := range given {
		roles[i] = Role(r)
	}
	slices.SortFunc(roles, Role.compare)
	var wholes []int
	for i := range roles {
		if roles[i].Aggregation != nil && roles[i].Namespace == "" {
			wholes = append(wholes, i)
			roles[i].Rules = nil
		}
	}
	// Each round hands rules on by one role: as many rounds as roles do it, mostly two.
	for range wholes {
		changed := false
		for _, i := range wholes {
			rules := collect(roles, i)
			changed = changed || !equality.Semantic.DeepEqual(rules, roles[i].Rules)
			roles[i].Rules = rules
		}
		if !changed {
			break
		}
	}
	whole := make([]R, len(roles))
	for i, r := range roles {
		whole[i] = R(r)
	}
	return whole
}

// collect joins the rules of the parts of roles[whole], selector by selector, each rule once.
func collect(roles []Role, whole int) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, selector := range selectorsOf(&roles[whole]) {
		for i := range roles {
			if i == whole || roles[i].Namespace != "" || !selector.Matches(labels.Set(roles[i].Labels)) {
				continue
			}
			for _, rule := range roles[i].Rules {
				if !slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(r, rule) }) {
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules
}
