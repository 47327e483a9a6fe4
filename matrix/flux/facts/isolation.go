// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Class is what an access lets its holder do outside the holder's own namespaces.
type Class string

// The classes, the worst first. Unknown is that of an access that no entry of isolation.yaml describes.
const (
	BecomesAccount   Class = "becomes-account"
	RunsCode         Class = "runs-code"
	Grants           Class = "grants"
	ChangesFlux      Class = "changes-flux"
	ReadsSecrets     Class = "reads-secrets"
	BreaksGuards     Class = "breaks-guards"
	RedirectsTraffic Class = "redirects-traffic"
	Disturbs         Class = "disturbs"
	Unknown          Class = "unknown"
	Harmless         Class = "harmless"
)

// Isolation is isolation.yaml: the class of every access. The zero value knows none.
type Isolation struct {
	Classes  []ClassInfo     `json:"classes"`
	Inputs   []ResourceField `json:"inputs"`
	Accesses []ClassAccess   `json:"accesses"`
}

// ResourceField is a field with the name of a ConfigMap or Secret that decides what is applied, or where.
type ResourceField struct {
	Field    string `json:"field"`
	Resource string `json:"resource"`
}

// ClassInfo describes a class for people.
type ClassInfo struct {
	Class    Class           `json:"class"`
	Severity matrix.Severity `json:"severity"`
	Verb     string          `json:"verb"` // what an account must not do: become another account
	Because  string          `json:"because"`
}

// ClassAccess says which accesses are of a class.
type ClassAccess struct {
	Class      Class    `json:"class"`
	Groups     []string `json:"groups"`
	Resources  []string `json:"resources"` // with the subresource: pods/exec
	Verbs      []string `json:"verbs"`
	Namespaces []string `json:"namespaces"` // all when empty
	Names      []string `json:"names"`      // only an access to one of these; any when empty
	Paths      []string `json:"paths"`      // non-resource URLs; Groups and Resources are empty then
	Unserved   bool     `json:"unserved"`   // authorizers know it although discovery does not list it
	Namespaced bool     `json:"namespaced"` // of those: the question carries a namespace
	Source     string   `json:"source"`
}

// ClassOf returns the class of an access. An access to all namespaces or names is also one to those that an entry names,
// and the literal "*" of all API groups is of the worst class of its verb.
func (i Isolation) ClassOf(a matrix.Access) Class {
	if a.Group == "*" && a.Resource == "*" {
		return i.worstOf(a.Verb)
	}
	for _, entry := range i.Accesses {
		if entry.matches(a) {
			return entry.Class
		}
	}
	return Unknown
}

// worstOf returns the worst class of the accesses to resources with a verb.
func (i Isolation) worstOf(verb string) Class {
	worst := Unknown
	for _, entry := range i.Accesses {
		matches := verb == "*" || slices.ContainsFunc(entry.Verbs, func(v string) bool { return matchesVerb(v, verb) })
		if matches && len(entry.Paths) == 0 && (worst == Unknown || i.Rank(entry.Class) < i.Rank(worst)) {
			worst = entry.Class
		}
	}
	return worst
}

// Unserved returns the accesses that authorizers are asked about although no discovery lists them, or not with that
// verb: those that a RoleBinding in namespace can grant, or all of them when it is empty. They have no name.
func (i Isolation) Unserved(namespace string) []matrix.Access {
	var found []matrix.Access
	for _, entry := range i.Accesses {
		if !entry.Unserved || namespace != "" && !entry.Namespaced {
			continue
		}
		for _, a := range accesses([]forbiddenRule{{Groups: entry.Groups, Resources: entry.Resources, Verbs: entry.Verbs}}) {
			a.Namespace = namespace
			found = append(found, a)
		}
	}
	return found
}

// Info describes a class; a class that isolation.yaml does not have is Unknown.
func (i Isolation) Info(c Class) ClassInfo {
	for _, info := range i.Classes {
		if info.Class == c {
			return info
		}
	}
	return ClassInfo{Class: Unknown, Severity: matrix.Warning, Verb: "change something", Because: "what it leads to is not known"}
}

// Rank orders classes, the worst first.
func (i Isolation) Rank(c Class) int {
	return slices.IndexFunc(i.Classes, func(info ClassInfo) bool { return info.Class == c })
}

// With returns the classes with further accesses, which are looked at first: those of a platform's own kinds.
func (i Isolation) With(more []ClassAccess) Isolation {
	i.Accesses = slices.Concat(more, i.Accesses)
	return i
}

func (c ClassAccess) matches(a matrix.Access) bool {
	if !slices.ContainsFunc(c.Verbs, func(verb string) bool { return matchesVerb(verb, a.Verb) }) {
		return false
	}
	if a.Path != "" || len(c.Paths) > 0 {
		return slices.ContainsFunc(c.Paths, func(path string) bool { return matchesPrefix(path, a.Path) })
	}
	return contains(c.Groups, a.Group) && c.hasResource(a) &&
		(len(c.Namespaces) == 0 || a.Namespace == "" || slices.Contains(c.Namespaces, a.Namespace)) &&
		(len(c.Names) == 0 || a.Name == "" || slices.Contains(c.Names, a.Name))
}

// hasResource compares resources as RBAC does, but that the name of a virtual resource stands for what is below it too:
// userextras for userextras/scopes.
func (c ClassAccess) hasResource(a matrix.Access) bool {
	name := a.Resource
	if a.Subresource != "" {
		name += "/" + a.Subresource
		if slices.Contains(c.Resources, "*/"+a.Subresource) || matrix.IsVirtualResource(a.Group, a.Resource) && slices.Contains(c.Resources, a.Resource) {
			return true
		}
	}
	return contains(c.Resources, name)
}

func matchesVerb(pattern, verb string) bool {
	switch pattern {
	case "write":
		return slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, verb)
	case "change":
		return slices.Contains([]string{"create", "update", "patch"}, verb)
	default:
		return matchesPrefix(pattern, verb)
	}
}

// matchesPrefix compares text with a pattern that can end in a wildcard.
func matchesPrefix(pattern, text string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, prefix)
	}
	return pattern == text
}

// contains reports whether a list contains an entry or the wildcard.
func contains(list []string, entry string) bool {
	return slices.Contains(list, entry) || slices.Contains(list, "*")
}
