// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix"
)

// subjects returns the subjects of the rule, each once. A subject that selects no account is skipped,
// and one whose accounts could not be listed is an undetermined check.
func (x *ruleExpansion) subjects() []matrix.Subject {
	var all []matrix.Subject
	for i, s := range x.rule.Subjects {
		field := fmt.Sprintf("%s.subjects[%d]", x.field, i)
		found, why := x.selected(s)
		switch {
		case why != "":
			x.undetermined(field, why)
		case len(found) == 0:
			x.skip(field, "no ServiceAccount matches")
		}
		all = append(all, found...)
	}
	return unique(all)
}

// selected returns the subjects that s stands for, or why they are not known.
func (x *ruleExpansion) selected(s Subject) (found []matrix.Subject, why string) {
	exact := !strings.Contains(s.Namespace+s.Name, "*") && s.Selector == nil && s.NamespaceSelector == nil
	if s.Kind != matrix.KindServiceAccount || exact {
		return []matrix.Subject{{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}}, ""
	}
	if why := x.unlisted("serviceaccounts"); why != "" {
		return nil, why
	}
	if why := x.unlisted("namespaces"); why != "" && s.NamespaceSelector != nil {
		return nil, why
	}
	for _, a := range x.snapshot.ServiceAccounts {
		namespace, _ := x.snapshot.Namespace(a.Namespace)
		if matchOptional(s.Namespace, a.Namespace) && matchOptional(s.Name, a.Name) &&
			selects(s.Selector, a.Labels) && selects(s.NamespaceSelector, namespace.Labels) {
			found = append(found, matrix.ServiceAccount(a.Namespace, a.Name))
		}
	}
	return found, ""
}

// namespaces returns the namespaces of an access, and why some of them are not known. An access that
// names none is to all namespaces at once, which is the namespace "".
func (x *ruleExpansion) namespaces(a Access) (found []string, why string) {
	if len(a.Namespaces) == 0 && a.NamespaceSelector == nil {
		return []string{""}, ""
	}
	patterns := a.Namespaces
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	for _, pattern := range patterns {
		if !strings.Contains(pattern, "*") && a.NamespaceSelector == nil {
			found = append(found, pattern)
			continue
		}
		if why := x.unlisted("namespaces"); why != "" {
			return found, why
		}
		for _, n := range x.snapshot.Namespaces {
			if Match(pattern, n.Name) && selects(a.NamespaceSelector, n.Labels) {
				found = append(found, n.Name)
			}
		}
	}
	return unique(found), ""
}

// unlisted returns why a list of the core group could not be read; "" when it was.
func (x *ruleExpansion) unlisted(resource string) string {
	if why := x.snapshot.WhyUnread("", resource); why != "" {
		return resource + " could not be listed: " + why
	}
	return ""
}

// selects reports whether a selector selects labels. No selector selects everything. Parse has refused
// selectors that are not valid.
func selects(s *metav1.LabelSelector, have map[string]string) bool {
	if s == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(have))
}

// unique returns the first occurrence of each item.
func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	return slices.DeleteFunc(list, func(item T) bool {
		known := seen[item]
		seen[item] = true
		return known
	})
}
