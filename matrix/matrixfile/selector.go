// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Override changes the built-in checks that match.
type Override struct {
	// Match selects the checks.
	Match Selector `json:"match"`
	// Severity is the new severity of the checks: error, warning or info.
	Severity matrix.Severity `json:"severity,omitempty"`
	// Disable skips the checks. The report lists them as not asked.
	Disable bool `json:"disable,omitempty"`
	// Because is one line for people that gives the reason.
	Because string `json:"because,omitempty"`
}

// NotAsked accepts that resources cannot be listed because the API server does not allow it (403): the gap stays
// in the report, and does not make the result undetermined. A list that is broken is never accepted.
type NotAsked struct {
	// Resources like namespaces or roles.rbac.authorization.k8s.io; * stands for any text.
	Resources []string `json:"resources"`
	// Reason is why the gap is accepted.
	Reason string `json:"reason"`
	// Owner is who is responsible for it.
	Owner string `json:"owner"`
	// Until is the last day on which it is accepted, as 2027-01-31 in UTC; without, it does not expire.
	Until string `json:"until,omitempty"`
}

// Waiver accepts failures of the checks that match, or of one problem: they are shown as waived and do not
// fail the run. A check without an answer is never waived.
type Waiver struct {
	// Match selects the checks.
	Match Selector `json:"match,omitzero"`
	// Problem is the id of a problem, as in a report. All of its checks are accepted, also those that it gets
	// later, or with match those that match.
	Problem string `json:"problem,omitempty"`
	// Reason is why the failure is accepted.
	Reason string `json:"reason"`
	// Owner is the person or team that answers for the waiver.
	Owner string `json:"owner"`
	// Until is the last day on which the waiver is valid, such as 2027-01-31, in UTC. Without it the
	// waiver does not expire.
	Until string `json:"until,omitempty"`
}

// Selector matches checks. Every field that is given must match, and one item of a list is enough. In
// all fields * matches any text.
type Selector struct {
	// Codes such as FP102 and FP5*.
	Codes []string `json:"codes,omitempty"`
	// Subjects by kind, namespace and name.
	Subjects []SubjectPattern `json:"subjects,omitempty"`
	// Access by the fields of an RBAC rule.
	Access []AccessPattern `json:"access,omitempty"`
}

// SubjectPattern matches subjects. A field that is left out matches all of them.
type SubjectPattern struct {
	// Kind is ServiceAccount, User or Group.
	Kind string `json:"kind,omitempty"`
	// Namespace of a ServiceAccount.
	Namespace string `json:"namespace,omitempty"`
	// Name of the subject.
	Name string `json:"name,omitempty"`
}

// AccessPattern matches accesses. A field that is left out matches all of them.
type AccessPattern struct {
	// Verbs of the access.
	Verbs []string `json:"verbs,omitempty"`
	// APIGroups of the access. "" is the core group.
	APIGroups []string `json:"apiGroups,omitempty"`
	// Resources of the access, with the subresource as in pods/exec.
	Resources []string `json:"resources,omitempty"`
	// Namespaces of the access. "" matches an access to all namespaces or in the cluster scope.
	Namespaces []string `json:"namespaces,omitempty"`
	// ResourceNames of the access. "" matches an access to all names.
	ResourceNames []string `json:"resourceNames,omitempty"`
	// NonResourceURLs of the access.
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
}

// IsZero reports whether s has no field, and so matches everything.
func (s Selector) IsZero() bool { return len(s.Codes)+len(s.Subjects)+len(s.Access) == 0 }

// Matches reports whether s selects a check of code about subject and access, which is nil for a check
// that is about no access.
func (s Selector) Matches(code string, subject matrix.Subject, access *matrix.Access) bool {
	if !matchAny(s.Codes, code) {
		return false
	}
	if len(s.Subjects) > 0 && !slices.ContainsFunc(s.Subjects, func(p SubjectPattern) bool { return p.matches(subject) }) {
		return false
	}
	return len(s.Access) == 0 || access != nil && slices.ContainsFunc(s.Access, func(p AccessPattern) bool { return p.matches(*access) })
}

func (p SubjectPattern) matches(s matrix.Subject) bool {
	return (p.Kind == "" || p.Kind == s.Kind) && matchOptional(p.Namespace, s.Namespace) && matchOptional(p.Name, s.Name)
}

func (p AccessPattern) matches(a matrix.Access) bool {
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

// Match reports whether text is like pattern, in which * stands for any text.
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

// matchAny reports whether text is like one of patterns. Without patterns every text matches.
func matchAny(patterns []string, text string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool { return Match(p, text) })
}

// matchOptional is Match, but an empty pattern matches every text.
func matchOptional(pattern, text string) bool { return pattern == "" || Match(pattern, text) }
