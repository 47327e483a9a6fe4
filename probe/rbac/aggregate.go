// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Aggregate returns roles with the rules of aggregated ClusterRoles computed from their parts, as
// kube-controller-manager does (k8s.io/kubernetes
// pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go@v1.37.2). It is for
// manifests, where no controller has run. The result is sorted by namespace and name; given is not
// changed.
func Aggregate(given []Role) []Role {
	roles := slices.Clone(given)
	slices.SortFunc(roles, Role.compare)
	var wholes []int
	for i := range roles {
		if roles[i].Aggregation != nil && roles[i].Namespace == "" {
			wholes = append(wholes, i)
			roles[i].Rules = nil
		}
	}
	// An aggregated role can be a part of another: each round passes rules on by one role.
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
	return roles
}

// collect returns the rules of the parts of roles[whole], selector by selector, each rule once.
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

// selectorsOf returns the selectors of an aggregated role. An invalid one selects nothing.
func selectorsOf(role *Role) []labels.Selector {
	var selectors []labels.Selector
	for i := range role.Aggregation.ClusterRoleSelectors {
		if selector, err := metav1.LabelSelectorAsSelector(&role.Aggregation.ClusterRoleSelectors[i]); err == nil {
			selectors = append(selectors, selector)
		}
	}
	return selectors
}

func selected(selectors []labels.Selector, set map[string]string) bool {
	for _, selector := range selectors {
		if selector.Matches(labels.Set(set)) {
			return true
		}
	}
	return false
}
