// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// The newest minor version is there in full, each older one as what differs from the one after it.
//
//go:embed kubernetes/*.json
var kubernetesFiles embed.FS

const (
	newestMinor = 37
	oldestMinor = 31
)

// Older is what a minor version of Kubernetes has not, and has besides, compared with the next one.
type Older struct {
	Version   string     `json:"version"`
	Without   []string   `json:"without"` // IDs
	Resources []Resource `json:"resources"`
	Roles     []Role     `json:"roles"`
	Bindings  []Binding  `json:"bindings"`
}

// ID names the resource among all that is in an Older.
func (r Resource) ID() string { return "resource " + r.Group + "/" + r.Resource + "/" + r.Subresource }

// ID names the role among all that is in an Older.
func (r Role) ID() string { return "role " + r.Namespace + "/" + r.Name }

// ID names the binding among all that is in an Older.
func (b Binding) ID() string { return "binding " + b.Namespace + "/" + b.Name }

// before is the version that o describes, made of the next one.
func (o *Older) before(next *Kubernetes) *Kubernetes {
	gone := map[string]bool{}
	for _, id := range o.Without {
		gone[id] = true
	}
	return &Kubernetes{
		Version:    o.Version,
		Namespaces: next.Namespaces,
		Resources:  append(without(next.Resources, gone), o.Resources...),
		Roles:      append(without(next.Roles, gone), o.Roles...),
		Bindings:   append(without(next.Bindings, gone), o.Bindings...),
	}
}

func without[T interface{ ID() string }](all []T, gone map[string]bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool { return gone[one.ID()] })
}

var minorVersion = regexp.MustCompile(`^v?1\.(\d+)(?:\.|$)`)

// Builtin is what Kubernetes of a minor version has, or the nearest one that is known; the newest when
// version is empty. The error is that version is none.
func Builtin(version string) (*Kubernetes, error) {
	want, ok := minorOf(version)
	if !ok {
		if version != "" {
			return nil, fmt.Errorf("%q is no version of Kubernetes: give it as v1.37 or v1.37.2", version)
		}
		want = newestMinor
	}
	k := &Kubernetes{}
	if err := load(newestMinor, k); err != nil {
		return nil, err
	}
	for minor := newestMinor - 1; minor >= max(want, oldestMinor); minor-- {
		var o Older
		if err := load(minor, &o); err != nil {
			return nil, err
		}
		k = o.before(k)
	}
	return k, nil
}

func load(minor int, into any) error {
	name := fmt.Sprintf("kubernetes/v1.%d.json", minor)
	text, err := kubernetesFiles.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

func minorOf(version string) (int, bool) {
	m := minorVersion.FindStringSubmatch(version)
	if m == nil {
		return 0, false
	}
	minor, err := strconv.Atoi(m[1])
	return minor, err == nil
}

// same says whether version is of k's minor version, which is as far as resources and roles differ.
func (k *Kubernetes) same(version string) bool {
	asked, _ := minorOf(version)
	have, _ := minorOf(k.Version)
	return version == "" || asked == have
}
