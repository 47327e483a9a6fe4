// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// aggregatePrefix begins the labels by which ClusterRoles join the built-in ones (k8s.io/kubernetes
// plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
const aggregatePrefix = "rbac.authorization.k8s.io/aggregate-to-"

// aggregated looks for ClusterRoles that would allow it and that the aggregated role which the
// account has does not contain: because they lack the label, or because nothing aggregated them yet.
func (s *search) aggregated(place bound) {
	selectors := selectorsOf(place.role)
	for i := range s.index.roles {
		part := &s.index.roles[i]
		if part.Namespace != "" || part == place.role || part.Aggregation != nil || s.question.first(part.Rules) < 0 {
			continue
		}
		switch {
		case selected(selectors, part.Labels):
			s.add(NotAggregated, part.Origin(), 0, part.Origin().String()+" is labelled to be a part of "+place.role.Origin().String()+
				", but its rules are not there: the controller that aggregates has not run")
		case s.meantAsPart(part):
			s.add(NotAggregated, part.Origin(), 1, part.Origin().String()+" would allow it, but has no label that makes it a part of "+
				place.role.Origin().String()+": "+wanted(place.role))
		}
	}
}

// meantAsPart leaves out the roles that stand on their own, such as cluster-admin: a part is bound to
// nobody, or labelled for some aggregation.
func (s *search) meantAsPart(part *Role) bool {
	for label := range part.Labels {
		if strings.HasPrefix(label, aggregatePrefix) {
			return true
		}
	}
	return len(s.index.byRole[roleKey{part.Namespace, part.Name}]) == 0 && !strings.HasPrefix(part.Name, "system:")
}

// wanted are the labels that role selects its parts by.
func wanted(role *Role) string {
	var texts []string
	for i := range role.Aggregation.ClusterRoleSelectors {
		texts = append(texts, metav1.FormatLabelSelector(&role.Aggregation.ClusterRoleSelectors[i]))
	}
	return strings.Join(texts, " or ")
}

// selectorsOf are the selectors of an aggregated role; those that the API server could not read
// select nothing.
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
