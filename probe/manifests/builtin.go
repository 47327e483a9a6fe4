// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// The newest minor version is stored in full, each older one as its difference from the one after it.
//
//go:embed kubernetes/*.json
var kubernetesFiles embed.FS

// minors are the minor versions of Kubernetes that are stored, oldest first.
func minors() ([]uint, error) {
	files, err := kubernetesFiles.ReadDir("kubernetes")
	if err != nil {
		return nil, err
	}
	var found []uint
	for _, file := range files {
		v, err := version.Parse(strings.TrimSuffix(file.Name(), ".json"))
		if err != nil {
			return nil, fmt.Errorf("kubernetes/%s: %w", file.Name(), err)
		}
		found = append(found, v.Minor())
	}
	slices.Sort(found)
	return found, nil
}

// Older is the difference between a minor version of Kubernetes and the next one.
type Older struct {
	Version   string     `json:"version"`
	Without   []string   `json:"without"` // the IDs of what only the next one has
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

// Builtin is what Kubernetes of a minor version has, or the nearest one that is known; the newest when
// text is empty. The error is that text is no version of Kubernetes.
func Builtin(text string) (*Kubernetes, error) {
	known, err := minors()
	if err != nil {
		return nil, err
	}
	newest := known[len(known)-1]
	want := newest
	if text != "" {
		v, err := kubernetesVersion(text)
		if err != nil {
			return nil, err
		}
		want = v.Minor()
	}
	k := &Kubernetes{}
	if err := load(newest, k); err != nil {
		return nil, err
	}
	for minor := newest; minor > max(want, known[0]); {
		minor--
		var o Older
		if err := load(minor, &o); err != nil {
			return nil, err
		}
		k = o.before(k)
	}
	return k, nil
}

func kubernetesVersion(text string) (version.Version, error) {
	v, err := version.Parse(text)
	if err != nil || v.Major() != 1 {
		return version.Version{}, fmt.Errorf("%q is no version of Kubernetes: give it as v1.37 or v1.37.2", text)
	}
	return v, nil
}

func load(minor uint, into any) error {
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

// same reports whether text is of k's minor version, which is as far as resources and roles differ.
func (k *Kubernetes) same(text string) bool {
	asked, err := kubernetesVersion(text)
	have, broken := kubernetesVersion(k.Version)
	return text == "" || err == nil && broken == nil && asked.Minor() == have.Minor()
}
