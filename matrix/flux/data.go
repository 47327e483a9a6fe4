// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"embed"
	"fmt"
	"sync"

	"sigs.k8s.io/yaml"
)

//go:embed releases.yaml needs.yaml documented.yaml mustnot.yaml
var files embed.FS

// releases is releases.yaml: what Flux releases grant.
type releases struct {
	Oldest   fluxVersion   `json:"oldest"`
	Newest   fluxVersion   `json:"newest"`
	Roles    []releaseRole `json:"roles"`
	Optional []releaseRole `json:"optional"`
	Everyone []rule        `json:"everyone"`
}

// releaseRole is a ClusterRole of a release with the subjects that its binding names.
type releaseRole struct {
	Name     string           `json:"name"`
	Source   string           `json:"source"`
	Subjects []releaseSubject `json:"subjects"`
	Labels   []string         `json:"labels"`
	Rules    []rule           `json:"rules"`
}

// releaseSubject is a ServiceAccount that a release binds, by the name of its component.
type releaseSubject struct {
	span
	Name string `json:"name"`
}

// rule is a rule of RBAC that holds for a span of releases.
type rule struct {
	span
	Groups    []string    `json:"groups"`
	Resources []string    `json:"resources"` // with its subresource: configmaps/status
	Paths     []string    `json:"paths"`     // non-resource URLs; Groups and Resources are empty then
	Verbs     []string    `json:"verbs"`
	Why       string      `json:"why"`  // for people
	Owed      fluxVersion `json:"owed"` // the release that should have granted it already; zero when it is Since
}

// need is a rule that the code of a controller relies on.
type need struct {
	rule
	Own    bool   `json:"own"`    // in the namespace of the controller only
	If     string `json:"if"`     // a feature gate that must be on
	Unless string `json:"unless"` // a feature gate that must be off
}

type needs struct {
	Common      []need           `json:"common"`
	Controllers []componentNeeds `json:"controllers"`
}

type componentNeeds struct {
	Component string `json:"component"`
	Needs     []need `json:"needs"`
}

type documented struct {
	Source string `json:"source"`
	Rules  []rule `json:"rules"`
}

type mustNot struct {
	Rules []rule `json:"rules"`
}

// data is all that is known about Flux releases.
type data struct {
	releases   releases
	needs      needs
	documented documented
	mustNot    mustNot
}

// loadData decodes it when it is first needed. Nobody changes it afterwards.
var loadData = sync.OnceValue(func() *data {
	return &data{
		releases:   decode[releases]("releases.yaml"),
		needs:      decode[needs]("needs.yaml"),
		documented: decode[documented]("documented.yaml"),
		mustNot:    decode[mustNot]("mustnot.yaml"),
	}
})

// Prepare decodes what is known about Flux releases, which Derive does otherwise. It takes some
// milliseconds, that a caller has to spare while a server answers.
func Prepare() { loadData() }

// decode reads an embedded file strictly. A file that does not decode is a mistake in this package,
// which any test of it meets.
func decode[T any](name string) T {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("embedded %s: %v", name, err))
	}
	var v T
	if err := yaml.UnmarshalStrict(text, &v); err != nil {
		panic(fmt.Sprintf("embedded %s: %v", name, err))
	}
	return v
}

// role finds a role of the releases by its name there.
func (d *data) role(name string) releaseRole {
	for _, r := range d.releases.Roles {
		if r.Name == name {
			return r
		}
	}
	panic("releases.yaml has no role " + name)
}

// binds says whether the role's binding names component in release r. A role that names nobody is for
// all.
func (role releaseRole) binds(component string, r fluxVersion) bool {
	if len(role.Subjects) == 0 {
		return true
	}
	for _, s := range role.Subjects {
		if s.Name == component && s.holds(r) {
			return true
		}
	}
	return false
}

// in are the rules that hold in release r.
func in(rules []rule, r fluxVersion) []rule {
	var held []rule
	for _, rule := range rules {
		if rule.holds(r) {
			held = append(held, rule)
		}
	}
	return held
}
