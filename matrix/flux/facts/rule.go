// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// Span is the releases for which a fact holds: from Since on and before Until. Each is open when it is zero.
type Span struct {
	Since version.Version `json:"since"`
	Until version.Version `json:"until"`
}

// Holds reports whether the fact holds for a release.
func (s Span) Holds(release version.Version) bool {
	return (s.Since.IsZero() || !release.Before(s.Since)) && (s.Until.IsZero() || release.Before(s.Until))
}

// Rule is a rule of RBAC that holds for a span of releases.
type Rule struct {
	Span
	Groups        []string        `json:"groups"`
	Resources     []string        `json:"resources"` // with the subresource: configmaps/status
	Paths         []string        `json:"paths"`     // non-resource URLs; Groups and Resources are empty then
	Verbs         []string        `json:"verbs"`
	Why           string          `json:"why"`           // for people
	ExpectedSince version.Version `json:"expectedSince"` // the release that should have had it already; zero if that is Since
}

// Policy returns the rule as Kubernetes writes it.
func (r Rule) Policy() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: r.Groups, Resources: r.Resources, NonResourceURLs: r.Paths, Verbs: r.Verbs}
}

// String is the rule as people write it in a role.
func (r Rule) String() string {
	if len(r.Paths) > 0 {
		return fmt.Sprintf("nonResourceURLs %s, verbs %s", list(r.Paths), list(r.Verbs))
	}
	return fmt.Sprintf("apiGroups %s, resources %s, verbs %s", list(r.Groups), list(r.Resources), list(r.Verbs))
}

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || w == "*" {
			quoted[i] = `"` + w + `"`
		}
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// In returns the rules that hold in a release.
func In(rules []Rule, release version.Version) []Rule {
	var held []Rule
	for _, rule := range rules {
		if rule.Holds(release) {
			held = append(held, rule)
		}
	}
	return held
}

// Policies returns rules as Kubernetes writes them.
func Policies(rules []Rule) []rbacv1.PolicyRule {
	policies := make([]rbacv1.PolicyRule, len(rules))
	for i, r := range rules {
		policies[i] = r.Policy()
	}
	return policies
}
