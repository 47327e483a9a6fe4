// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
)

const listNamespaces = "namespaces"

// subjects are who a subject of an entry stands for; lost is why that cannot be told.
func (x *expansion) subjects(s file.Subject) (found []matrix.Subject, lost string) {
	exact := !strings.Contains(s.Namespace+s.Name, "*") && s.Selector == nil && s.NamespaceSelector == nil
	if s.Kind != matrix.KindServiceAccount || exact {
		return []matrix.Subject{{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}}, ""
	}
	if _, unread := x.snapshot.Unread[listServiceAccounts]; unread {
		return nil, x.unlisted()
	}
	if why := x.unreadNamespaces(s.NamespaceSelector); why != "" {
		return nil, why
	}
	for _, a := range x.snapshot.ServiceAccounts {
		if fits(s.Namespace, a.Namespace) && fits(s.Name, a.Name) && selects(s.Selector, a.Labels) &&
			selects(s.NamespaceSelector, x.index.namespace[a.Namespace].Labels) {
			found = append(found, matrix.ServiceAccount(a.Namespace, a.Name))
		}
	}
	return found, ""
}

// namespaces are those that an access is about; without any it is all of them at once.
func (x *expansion) namespaces(a file.Access) (found []string, lost string) {
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
		if why, unread := x.snapshot.Unread[listNamespaces]; unread {
			return found, fmt.Sprintf("namespaces could not be listed: %s", why)
		}
		for _, n := range x.snapshot.Namespaces {
			if file.Match(pattern, n.Name) && selects(a.NamespaceSelector, n.Labels) {
				found = append(found, n.Name)
			}
		}
	}
	return unique(found), ""
}

func (x *expansion) unreadNamespaces(s *metav1.LabelSelector) string {
	if why, unread := x.snapshot.Unread[listNamespaces]; unread && s != nil {
		return "namespaces could not be listed: " + why
	}
	return ""
}

func fits(pattern, text string) bool { return pattern == "" || file.Match(pattern, text) }

// selects is true of no selector; one that is not valid was refused when the file was read.
func selects(s *metav1.LabelSelector, have map[string]string) bool {
	if s == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(have))
}
