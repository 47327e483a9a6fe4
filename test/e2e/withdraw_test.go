// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// withdraw takes a resource or a path, or some of its verbs, out of the rules of a ClusterRole. Rules are
// known by what they grant: their places change between releases. Whatever is left of a rule stays.
func withdraw(ctx context.Context, c *cluster.Cluster, name, what string, verbs []string) error {
	var role rbacv1.ClusterRole
	if err := c.Client.Get(ctx, client.ObjectKey{Name: name}, &role); err != nil {
		return err
	}
	var rules []rbacv1.PolicyRule
	hit := false
	for _, rule := range role.Rules {
		left, within := without(rule, what, verbs)
		rules = append(rules, left...)
		hit = hit || within
	}
	if !hit {
		return fmt.Errorf("ClusterRole %s grants no %s", name, what)
	}
	role.Rules = rules
	return c.Client.Update(ctx, &role)
}

// without splits a rule into what it grants on other groups, on other resources, and by other verbs. It
// is false when the rule is about other things altogether.
func without(rule rbacv1.PolicyRule, what string, verbs []string) (left []rbacv1.PolicyRule, hit bool) {
	parts := func(r *rbacv1.PolicyRule) []*[]string { return []*[]string{&r.APIGroups, &r.Resources} }
	resource := schema.ParseGroupResource(what)
	words := []string{resource.Group, resource.Resource}
	if strings.HasPrefix(what, "/") {
		parts = func(r *rbacv1.PolicyRule) []*[]string { return []*[]string{&r.NonResourceURLs} }
		words = []string{what}
	}
	same := rule.DeepCopy()
	for i, word := range words {
		if !slices.Contains(*parts(same)[i], word) {
			return []rbacv1.PolicyRule{rule}, false
		}
		others := same.DeepCopy()
		list := parts(others)[i]
		*list = slices.DeleteFunc(*list, func(s string) bool { return s == word })
		if len(*list) > 0 {
			left = append(left, *others)
		}
		*parts(same)[i] = []string{word}
	}
	same.Verbs = slices.DeleteFunc(same.Verbs, func(s string) bool { return len(verbs) == 0 || slices.Contains(verbs, s) })
	if len(same.Verbs) > 0 {
		left = append(left, *same)
	}
	return left, true
}
