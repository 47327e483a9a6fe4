// SPDX-License-Identifier: Apache-2.0

package file

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Match says whether text is what pattern says, in which * stands for any text.
func Match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// matchAny is true of an empty list: what is left out matches all.
func matchAny(patterns []string, text string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool { return Match(p, text) })
}

// Matches says whether a check is one of those selected.
func (s Selector) Matches(e matrix.Expectation) bool {
	if !matchAny(s.Codes, e.Code) {
		return false
	}
	if len(s.Subjects) > 0 && !slices.ContainsFunc(s.Subjects, func(p SubjectPattern) bool { return p.matches(e.Subject) }) {
		return false
	}
	if len(s.Access) == 0 {
		return true
	}
	access, ok := e.Access()
	return ok && slices.ContainsFunc(s.Access, func(p AccessPattern) bool { return p.matches(access.Attributes) })
}

func (p SubjectPattern) matches(s matrix.Subject) bool {
	return (p.Kind == "" || p.Kind == s.Kind) &&
		(p.Namespace == "" || Match(p.Namespace, s.Namespace)) &&
		(p.Name == "" || Match(p.Name, s.Name))
}

func (p AccessPattern) matches(a matrix.Attributes) bool {
	if !matchAny(p.Verbs, a.Verb) {
		return false
	}
	if a.Path != "" {
		return len(p.Resources)+len(p.APIGroups)+len(p.Namespaces)+len(p.ResourceNames) == 0 && matchAny(p.NonResourceURLs, a.Path)
	}
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	return len(p.NonResourceURLs) == 0 && matchAny(p.APIGroups, a.Group) && matchAny(p.Resources, resource) &&
		matchAny(p.Namespaces, a.Namespace) && matchAny(p.ResourceNames, a.Name)
}
