// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Aggregate fills the ClusterRoles that have an aggregationRule (view, edit, admin and any of a test)
// with the rules of the roles they select, as kube-controller-manager does; here none runs. Call it
// after changing a role that aggregates.
func (c *Cluster) Aggregate(ctx context.Context) error {
	var roles rbacv1.ClusterRoleList
	if err := c.Client.List(ctx, &roles); err != nil {
		return fmt.Errorf("aggregating ClusterRoles: %w", err)
	}
	slices.SortFunc(roles.Items, func(a, b rbacv1.ClusterRole) int { return cmp.Compare(a.Name, b.Name) })
	// admin selects edit and edit selects view, so the rules of view need as many rounds as there are roles.
	for changed := true; changed; {
		changed = false
		for i := range roles.Items {
			role := &roles.Items[i]
			if role.AggregationRule == nil {
				continue
			}
			rules, err := selected(roles.Items, role)
			if err != nil {
				return err
			}
			if reflect.DeepEqual(rules, role.Rules) {
				continue
			}
			role.Rules = rules
			if err := c.Client.Update(ctx, role); err != nil {
				return fmt.Errorf("aggregating ClusterRole %s: %w", role.Name, err)
			}
			changed = true
		}
	}
	return nil
}

// selected returns the distinct rules of the roles that an aggregationRule selects, in the order of the
// roles' names.
func selected(roles []rbacv1.ClusterRole, into *rbacv1.ClusterRole) ([]rbacv1.PolicyRule, error) {
	var rules []rbacv1.PolicyRule
	for i := range into.AggregationRule.ClusterRoleSelectors {
		selector, err := metav1.LabelSelectorAsSelector(&into.AggregationRule.ClusterRoleSelectors[i])
		if err != nil {
			return nil, fmt.Errorf("reading the aggregationRule of ClusterRole %s: %w", into.Name, err)
		}
		for _, role := range roles {
			if role.Name == into.Name || !selector.Matches(labels.Set(role.Labels)) {
				continue
			}
			for _, rule := range role.Rules {
				if !slices.ContainsFunc(rules, func(have rbacv1.PolicyRule) bool { return reflect.DeepEqual(have, rule) }) {
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules, nil
}
