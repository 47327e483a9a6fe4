// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// RuleText describes a rule on one line: get, list deployments.apps (only web, db).
func RuleText(rule rbacv1.PolicyRule) string {
	text := strings.Join(rule.Verbs, ", ") + " "
	if len(rule.NonResourceURLs) > 0 {
		return text + strings.Join(rule.NonResourceURLs, ", ")
	}
	var resources []string
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			resources = append(resources, resourceText(resource, group))
		}
	}
	text += strings.Join(resources, ", ")
	if len(rule.ResourceNames) > 0 {
		text += " (only " + strings.Join(rule.ResourceNames, ", ") + ")"
	}
	return text
}

// resourceText names a resource of an API group as kubectl does; *.* is every resource.
func resourceText(resource, group string) string {
	if group == "" {
		return resource
	}
	return resource + "." + group
}

// groupText names an API group where its name stands alone.
func groupText(group string) string {
	if group == "" {
		return `"" (core)`
	}
	return group
}

// title names a subject in messages: ServiceAccount apps/dev-team, Group system:authenticated.
func title(s matrix.Subject) string {
	if s.Kind == matrix.KindServiceAccount {
		return s.Kind + " " + s.String()
	}
	return s.String()
}
