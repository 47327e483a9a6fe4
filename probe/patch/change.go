// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	syaml "sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// find opens the document that an object was read from, and finds the object in it.
func (p *patcher) find(o matrix.Origin) (*editor, *yaml.Node, error) {
	place, ok := p.Snapshot.Places[o]
	switch {
	case !ok:
		return nil, nil, errors.New("it is in no file that was read")
	case !filepath.IsLocal(filepath.FromSlash(place.File)):
		return nil, nil, fmt.Errorf("%s is not below the current folder, where git apply changes files", place.File)
	case p.shared(o, place):
		return nil, nil, fmt.Errorf("kustomize makes several objects from %s:%d, and not all of them need the change", place.File, place.Line)
	case strings.ContainsAny(place.File, "\"\\\n\t"):
		return nil, nil, fmt.Errorf("%q cannot be named in a patch", place.File)
	}
	f := p.files[place.File]
	if f == nil {
		var err error
		if f, err = readFile(place.File); err != nil {
			return nil, nil, err
		}
		p.files[place.File] = f
	}
	e, err := newEditor(f, f.at(place.Line))
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%d: %w", place.File, place.Line, err)
	}
	if object := objectIn(e.root, o); object != nil {
		return e, object, nil
	}
	return nil, nil, fmt.Errorf("kustomize makes it, and %s:%d does not have it under this name", place.File, place.Line)
}

// shared reports whether another object of the kind was built from the same document.
func (p *patcher) shared(o matrix.Origin, place snapshot.Place) bool {
	for other, at := range p.Snapshot.Places {
		if at == place && other != o && other.Kind == o.Kind && other.Name == o.Name {
			return true
		}
	}
	return false
}

// objectIn finds an object in a document, or among the items of a List. The namespace can come from kustomize.
func objectIn(n *yaml.Node, o matrix.Origin) *yaml.Node {
	_, kind := field(n, "kind")
	_, metadata := field(n, "metadata")
	_, name := field(metadata, "name")
	_, namespace := field(metadata, "namespace")
	if kind != nil && kind.Value == o.Kind && name != nil && name.Value == o.Name && (namespace == nil || namespace.Value == o.Namespace) {
		return n
	}
	if _, items := field(n, "items"); items != nil {
		for _, item := range items.Content {
			if found := objectIn(item, o); found != nil {
				return found
			}
		}
	}
	return nil
}

// attempt makes a change of an object. Unless check accepts what the document is afterwards, the edits are taken back.
func (p *patcher) attempt(o matrix.Origin, change func(*editor, *yaml.Node) error, check func(*yaml.Node) bool) error {
	e, object, err := p.find(o)
	if err != nil {
		return err
	}
	before := len(e.edits)
	undo := func(err error) error {
		e.edits = e.edits[:before]
		return fmt.Errorf("%s: %w", e.path, err)
	}
	if err := change(e, object); err != nil {
		return undo(err)
	}
	var local []edit
	for _, c := range e.edits[before:] {
		local = append(local, edit{c.from - e.begin, c.to - e.begin, c.text})
	}
	var after yaml.Node
	if err := yaml.Unmarshal([]byte(apply(e.text[e.begin:e.end], local)), &after); err != nil || len(after.Content) != 1 {
		return undo(errUnusual)
	}
	moved := o
	for _, b := range p.Edit.Bindings { // it can have another namespace now
		if from, ok := p.movedFrom(b); ok && from == o {
			moved.Namespace = b.Namespace
		}
	}
	changed := objectIn(after.Content[0], o)
	if changed == nil {
		changed = objectIn(after.Content[0], moved)
	}
	if changed == nil || !check(changed) {
		return undo(errUnusual)
	}
	return nil
}

// changeRBAC changes a role or a binding, whose file has to have it as it was probed.
func (p *patcher) changeRBAC(o matrix.Origin, before, after rbac.Edit) error {
	return p.attempt(o, func(e *editor, object *yaml.Node) error {
		if !same(object, before) {
			return errors.New("kustomize changes what the file has: make the change in the overlay")
		}
		if len(after.Roles) > 0 {
			return e.role(object, before.Roles[0], after.Roles[0])
		}
		return e.binding(object, before.Bindings[0], after.Bindings[0])
	}, func(changed *yaml.Node) bool { return same(changed, after) })
}

// move gives a RoleBinding another namespace.
func (p *patcher) move(from matrix.Origin, after rbac.Binding) error {
	before, _ := p.Snapshot.RBAC().Binding(from.Namespace, from.Name)
	return p.attempt(from, func(e *editor, object *yaml.Node) error {
		_, metadata := field(object, "metadata")
		if _, namespace := field(metadata, "namespace"); namespace == nil || !same(object, rbac.Edit{Bindings: []rbac.Binding{before}}) {
			return errors.New("kustomize sets its namespace: make the change in the overlay")
		}
		if err := e.set(metadata, "namespace", after.Namespace); err != nil {
			return err
		}
		return e.binding(object, before, after)
	}, func(changed *yaml.Node) bool { return same(changed, rbac.Edit{Bindings: []rbac.Binding{after}}) })
}

// field changes a field of an object that is not RBAC.
func (p *patcher) field(c probe.FieldChange) error {
	return p.attempt(c.Object, func(e *editor, object *yaml.Node) error { return e.change(object, c) },
		func(changed *yaml.Node) bool { return valueAt(changed, c) == c.Value })
}

// remove takes a binding out of its file.
func (p *patcher) remove(o matrix.Origin) error {
	e, object, err := p.find(o)
	if err != nil {
		return err
	}
	if before, _ := p.Snapshot.RBAC().Binding(o.Namespace, o.Name); !same(object, rbac.Edit{Bindings: []rbac.Binding{before}}) {
		return errors.New("kustomize changes what the file has: make the change in the overlay")
	}
	if object != e.root { // an item of a List
		_, items := field(e.root, "items")
		return e.list(e.root, "items", func(i int) bool { return items.Content[i] != object }, nil)
	}
	if kustomization := listing(e.path); kustomization != "" && e.alone() {
		return fmt.Errorf("delete %s, and take it out of %s", e.path, kustomization)
	}
	e.remove(e.document)
	return nil
}

// alone reports whether the document is the only one of its file with content.
func (e *editor) alone() bool {
	return !slices.ContainsFunc(e.documents(), func(d document) bool { return d != e.document && !e.empty(d) })
}

// listing returns a kustomization file in the folder of a file, or above it, that names the file.
func listing(path string) string {
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err == nil && strings.Contains(string(text), filepath.Base(path)) {
				return filepath.Join(folder, name)
			}
		}
		if folder == "." {
			return ""
		}
	}
}

// same reports whether a node is the role or binding of an edit, in whatever order. What the file leaves to kustomize,
// such as the namespace, is not compared.
func same(object *yaml.Node, want rbac.Edit) bool {
	var value any
	if err := object.Decode(&value); err != nil {
		return false
	}
	text, err := syaml.Marshal(value)
	if err != nil {
		return false
	}
	is, err := rbac.Parse(text)
	if err != nil || len(is.Roles) != len(want.Roles) {
		return false
	}
	if len(want.Roles) > 0 {
		return equality.Semantic.DeepEqual(canonical(is.Roles[0].Rules), canonical(want.Roles[0].Rules)) && has(want.Roles[0].Labels, is.Roles[0].Labels)
	}
	a, b := is.Bindings[0], want.Bindings[0]
	a.Namespace = b.Namespace
	return a.RoleRef.Kind == b.RoleRef.Kind && a.RoleRef.Name == b.RoleRef.Name && has(b.Labels, a.Labels) && slices.Equal(subjects(a), subjects(b))
}

// has reports whether labels are among others.
func has(all, some map[string]string) bool {
	for key, value := range some {
		if all[key] != value {
			return false
		}
	}
	return true
}

// canonical sorts rules and what is in them.
func canonical(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	all := make([]rbacv1.PolicyRule, len(rules))
	for i, r := range rules {
		for _, f := range ruleFields {
			if list := f.of(&r); len(*list) > 0 {
				*list = sorted(*list)
			}
		}
		all[i] = r
	}
	slices.SortFunc(all, func(a, b rbacv1.PolicyRule) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// subjects are those of a binding, sorted.
func subjects(b rbac.Binding) []matrix.Subject {
	var all []matrix.Subject
	for _, s := range b.Subjects {
		all = append(all, b.Subject(s))
	}
	slices.SortFunc(all, matrix.Subject.Compare)
	return all
}
