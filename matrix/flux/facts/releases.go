// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// The names of roles in releases.yaml.
const (
	CRDController     = "crd-controller"
	ClusterReconciler = "cluster-reconciler"
)

// Releases is releases.yaml: what Flux releases grant.
type Releases struct {
	Oldest   version.Version `json:"oldest"`
	Newest   version.Version `json:"newest"`
	Roles    []Role          `json:"roles"`
	Optional []Role          `json:"optional"`
	Everyone []Rule          `json:"everyone"`
}

// Role is a ClusterRole of a release, with the ServiceAccounts that its binding names.
type Role struct {
	Name     string    `json:"name"`
	Source   string    `json:"source"`
	Subjects []Subject `json:"subjects"`
	Labels   []string  `json:"labels"`
	Rules    []Rule    `json:"rules"`
}

// Subject is a ServiceAccount that a release binds, by the name of its component.
type Subject struct {
	Span
	Name string `json:"name"`
}

// Role returns a role of the releases by its name there.
func (r Releases) Role(name string) Role {
	for _, role := range r.Roles {
		if role.Name == name {
			return role
		}
	}
	panic("releases.yaml has no role " + name)
}

// Binds reports whether the role's binding names component in a release. A role without subjects is for all.
func (r Role) Binds(component string, release version.Version) bool {
	for _, s := range r.Subjects {
		if s.Name == component && s.Holds(release) {
			return true
		}
	}
	return len(r.Subjects) == 0
}

// IsReconciler reports whether a component applies what people write, and is bound to cluster-admin for it.
func (r Releases) IsReconciler(component string) bool {
	for _, s := range r.Role(ClusterReconciler).Subjects {
		if s.Name == component {
			return true
		}
	}
	return false
}

// JudgedBy returns the release whose facts apply to an install of the version text. If it is not that version,
// the second result says why.
func (r Releases) JudgedBy(text string) (version.Version, string) {
	v, err := version.Parse(text)
	switch {
	case text == "":
		return r.Newest, "its version is not known: it is assumed to be the newest known release, " + r.Newest.String()
	case err != nil || v.Major() != r.Newest.Major():
		return r.Newest, fmt.Sprintf("%q is not a Flux release: it is assumed to be the newest known release, %s", text, r.Newest)
	case v.Before(r.Oldest):
		return r.Oldest, fmt.Sprintf("%s is older than the oldest release whose permissions are known: it is judged by %s", v, r.Oldest)
	case v.LaterMinor(r.Newest):
		return r.Newest, fmt.Sprintf("%s is newer than the newest release whose permissions are known: it is judged by %s", v, r.Newest)
	default:
		return v, ""
	}
}
