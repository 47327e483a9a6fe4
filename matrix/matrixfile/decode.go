// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// maxNodes limits how many values one document can have after its aliases are expanded.
const maxNodes = 1_000_000

// decoding turns the nodes of a document into structs. The YAML library can do that itself, but it stops
// at the first mistake and does not report the position of a wrong value.
type decoding struct {
	*Document
	errs   []*Error
	budget int // how many more values can be read
	limit  int
}

// decode fills d from n, which can have at most budget values, and returns all mistakes in their order.
// A document of another kind is one mistake, whatever is in it.
func (d *Document) decode(n *yaml.Node, budget int) []error {
	if err := d.otherKind(n); err != nil {
		return []error{err}
	}
	x := decoding{Document: d, budget: budget, limit: budget}
	x.value(n, reflect.ValueOf(&d.PermissionMatrix).Elem(), "")
	unreadable := x.errs
	x.errs = nil
	x.validate()
	// A field that could not be read is not reported as missing, too.
	all := slices.Concat(unreadable, slices.DeleteFunc(x.errs, func(e *Error) bool {
		return slices.ContainsFunc(unreadable, func(u *Error) bool { return contains(e.Field, u.Field) || contains(u.Field, e.Field) })
	}))
	slices.SortStableFunc(all, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column), strings.Compare(a.Field, b.Field))
	})
	errs := make([]error, len(all))
	for i, e := range all {
		errs[i] = e
	}
	return errs
}

// otherKind returns the mistake of a document that is no PermissionMatrix, nil if it is one.
func (d *Document) otherKind(n *yaml.Node) error {
	at := func(n *yaml.Node, field, problem string) error {
		return &Error{File: d.Name, At: Position{n.Line, n.Column}, Field: field, Problem: problem}
	}
	if n.Kind != yaml.MappingNode {
		return at(n, "", fmt.Sprintf("expected a document of kind %s, found %s", Kind, describe(n)))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Value != "kind":
		case value.Kind != yaml.ScalarNode || value.Value == Kind:
			return nil
		case spelling.Nearest(value.Value, []string{Kind}) != "":
			return at(value, "kind", fmt.Sprintf("unknown kind %q: did you mean %q?", value.Value, Kind))
		default:
			return &Error{
				File: d.Name, At: Position{value.Line, value.Column}, Field: "kind", Foreign: true,
				Problem: fmt.Sprintf("unknown kind %q: the documents of a matrix file are of kind %s", value.Value, Kind),
			}
		}
	}
	return at(n, "kind", "required field is missing: the documents of a matrix file are of kind "+Kind)
}

// contains reports whether field is outer, or is part of it.
func contains(outer, field string) bool {
	rest, ok := strings.CutPrefix(field, outer)
	return ok && (rest == "" || outer != "" && (rest[0] == '.' || rest[0] == '['))
}

func (d *decoding) fail(n *yaml.Node, path, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.Name, At: Position{n.Line, n.Column}, Field: path, Problem: fmt.Sprintf(format, args...)})
}

// value decodes n into v, whose type limits the depth.
func (d *decoding) value(n *yaml.Node, v reflect.Value, path string) {
	if d.budget--; d.budget < 0 {
		if d.budget == -1 {
			d.fail(n, path, "the document is too large: it has more than %d values", d.limit)
		}
		return
	}
	d.positions[path] = Position{n.Line, n.Column}
	for seen := 0; n.Kind == yaml.AliasNode && seen < 8; seen++ {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" && v.Kind() != reflect.String && v.Kind() != reflect.Bool {
		return // the same as leaving the field out
	}
	switch v.Kind() {
	case reflect.Struct:
		d.fields(n, v, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Map:
		d.labelMap(n, v, path)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			d.fail(n, path, "expected true or false, found %s", describe(n))
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	default:
		d.text(n, v, path)
	}
}

// text decodes a string. Dates are strings here, although YAML 1.1 has a type for them.
func (d *decoding) text(n *yaml.Node, v reflect.Value, path string) {
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode:
		d.fail(n, path, "expected a string, found %s", describe(n))
	case tag != "!!str" && tag != "!!timestamp":
		d.fail(n, path, "expected a string, found %s: put it in quotes", describe(n))
	default:
		v.SetString(n.Value)
	}
}

func (d *decoding) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, path, "expected a list, found %s", describe(n))
		return
	}
	// The list grows item by item, because aliases can make it longer than the budget allows.
	for i, item := range n.Content {
		if d.budget < 0 {
			return
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// labelMap decodes the labels of a selector.
func (d *decoding) labelMap(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "expected a mapping of labels, found %s", describe(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], value, join(path, n.Content[i].Value))
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), value)
	}
}

// fields decodes a mapping into the fields of a struct. A key that is no field of it is a mistake.
func (d *decoding) fields(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "expected a mapping with the fields %s, found %s", strings.Join(fieldNames(v.Type()), ", "), describe(n))
		return
	}
	names := fieldNames(v.Type())
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		field := join(path, key.Value)
		at := slices.Index(names, key.Value)
		switch {
		case at < 0:
			d.fail(key, field, "unknown field%s", spelling.Hint(key.Value, names))
			continue
		case seen[key.Value]:
			d.fail(key, field, "the field is set twice")
			continue
		}
		seen[key.Value] = true
		d.value(n.Content[i+1], v.Field(at), field)
	}
}

func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// describe returns what a node is, for a message.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "null"
	case n.ShortTag() == "!!str":
		return fmt.Sprintf("%q", n.Value)
	}
	return n.Value
}
