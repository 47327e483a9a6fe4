// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// What every authenticated user can do is in no rule here: read discovery and the version (system:discovery),
// and ask who they are and what they can do themselves (system:basic-user), in Kubernetes v1.37.2.

// Rights returns the rules that a caller needs to probe a whole cluster, and to watch it.
func Rights() []rbacv1.PolicyRule {
	return append([]rbacv1.PolicyRule{
		creates("subjectaccessreviews"),
		{APIGroups: []string{versionDefinitions.Group}, Resources: []string{versionDefinitions.Resource}, ResourceNames: []string{detect.VersionDefinition}, Verbs: []string{"get"}},
		{APIGroups: []string{corev1.GroupName}, Resources: []string{"services"}, Verbs: []string{"get"}}, // that webhooks name
	}, reads(append([]kind{namespaces, serviceAccounts, deployments, clusterRoles, clusterRoleBindings, roles, roleBindings}, ofAdmission()...), "list", "watch")...)
}

// RightsInside returns the rules that a caller needs inside the namespace of Flux, and inside the one
// that is probed alone (asks), when nothing of the whole cluster can be read. No namespace is watched alone.
func RightsInside(namespace string, asks bool) []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{{APIGroups: []string{namespaces.resource.Group}, Resources: []string{namespaces.resource.Resource}, ResourceNames: []string{namespace}, Verbs: []string{"get"}}}
	if asks {
		rules = append([]rbacv1.PolicyRule{creates("localsubjectaccessreviews")}, rules...)
	}
	return append(rules, reads([]kind{serviceAccounts, deployments, roles, roleBindings}, "list")...)
}

// RightsOfAdmission returns the rules that a caller needs to send dry-runs as the accounts of Flux, and to know which API
// groups another server answers for, which no Role in a namespace can give. The metadata of what a change drops or an
// inventory has is read besides, where the caller can.
func RightsOfAdmission(inside bool) []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, Verbs: []string{"impersonate"}}}
	if !inside {
		rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{"apiregistration.k8s.io"}, Resources: []string{"apiservices"}, Verbs: []string{"list"}})
	}
	return rules
}

func creates(reviews string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{authorizationv1.GroupName}, Resources: []string{reviews}, Verbs: []string{"create"}}
}

// reads returns a rule for each API group of kinds, and one for the objects of Flux. Which kinds Flux has is
// known by discovery only, so that the last names no resources.
func reads(kinds []kind, verbs ...string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, k := range kinds {
		if last := len(rules) - 1; last >= 0 && rules[last].APIGroups[0] == k.resource.Group {
			rules[last].Resources = append(rules[last].Resources, k.resource.Resource)
			continue
		}
		rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{k.resource.Group}, Resources: []string{k.resource.Resource}, Verbs: verbs})
	}
	return append(rules, rbacv1.PolicyRule{APIGroups: facts.Load().Components.Groups(), Resources: []string{"*"}, Verbs: verbs})
}
