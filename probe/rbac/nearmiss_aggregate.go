// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// aggregatePrefix begins the labels by which ClusterRoles join the built-in ones (k8s.io/kubernetes
// plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
const aggregatePrefix = "rbac.authorization.k8s.io/aggregate-to-"

// aggregated looks for ClusterRoles that would allow the access and are missing from an aggregated
// role of the account: because they lack the label, or because they were not aggregated yet.
func (s *search) aggregated(own subjectBinding) {
	selectors := selectorsOf(own.role)
	for i := range s.index.roles {
		part := &s.index.roles[i]
		if part.Namespace != "" || part == own.role || part.Aggregation != nil || s.question.first(part.Rules) < 0 {
			continue
		}
		text := part.Origin().String()
		whole := own.role.Origin().String()
		switch {
		case selected(selectors, part.Labels):
			s.add(NotAggregated, part.Origin(), 0, text+" is labelled for aggregation into "+whole+
				", but its rules are not there: the aggregation controller has not run")
		case s.meantAsPart(part):
			s.add(NotAggregated, part.Origin(), 1, text+" would allow it, but lacks the label for aggregation into "+whole+": "+
				partLabels(own.role))
		}
	}
}

// meantAsPart leaves out the roles that are used by themselves, such as cluster-admin: a part is
// labelled for some aggregation, or no binding refers to it.
func (s *search) meantAsPart(part *Role) bool {
	for label := range part.Labels {
		if strings.HasPrefix(label, aggregatePrefix) {
			return true
		}
	}
	return len(s.index.byRole[roleKey{part.Namespace, part.Name}]) == 0 && !strings.HasPrefix(part.Name, "system:")
}

// partLabels describes the labels by which an aggregated role selects its parts.
func partLabels(role *Role) string {
	var texts []string
	for i := range role.Aggregation.ClusterRoleSelectors {
		texts = append(texts, metav1.FormatLabelSelector(&role.Aggregation.ClusterRoleSelectors[i]))
	}
	return strings.Join(texts, " or ")
}
