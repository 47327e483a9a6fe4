// SPDX-License-Identifier: Apache-2.0

package file

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// maxNodes bounds what one document may come to when its aliases are followed.
const maxNodes = 1_000_000

// decoding is a document on its way from nodes to structs. The library's own decoding knows neither
// the place of a wrong value nor more than one mistake at a time.
type decoding struct {
	*Loaded
	errs   []*Error
	budget int // values that may still be read
	limit  int
}

// decode makes the document of n, of at most budget values, and gives all mistakes in their order.
func (l *Loaded) decode(n *yaml.Node, budget int) []error {
	d := decoding{Loaded: l, budget: budget, limit: budget}
	d.value(n, reflect.ValueOf(&l.Document).Elem(), "")
	shape := d.errs
	d.errs = nil
	d.validate()
	// A field that could not be read is not missing as well.
	all := slices.Concat(shape, slices.DeleteFunc(d.errs, func(e *Error) bool {
		return slices.ContainsFunc(shape, func(s *Error) bool { return within(s.Field, e.Field) || within(e.Field, s.Field) })
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

// within says whether a field is another one or in it.
func within(field, other string) bool {
	rest, ok := strings.CutPrefix(field, other)
	return ok && (rest == "" || other != "" && (rest[0] == '.' || rest[0] == '['))
}

func (d *decoding) fail(n *yaml.Node, path, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.Name, At: Position{n.Line, n.Column}, Field: path, Problem: fmt.Sprintf(format, args...)})
}

// value decodes n into v, whose type bounds the depth.
func (d *decoding) value(n *yaml.Node, v reflect.Value, path string) {
	if d.budget--; d.budget < 0 {
		if d.budget == -1 {
			d.fail(n, path, "the document is too large: more than %d values", d.limit)
		}
		return
	}
	d.at[path] = Position{n.Line, n.Column}
	for seen := 0; n.Kind == yaml.AliasNode && seen < 8; seen++ {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" && v.Kind() != reflect.String && v.Kind() != reflect.Bool {
		return // as if it were not there
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
		d.words(n, v, path)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			d.fail(n, path, "want true or false, not %s", describe(n))
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	default:
		d.text(n, v, path)
	}
}

// text decodes a string. A date is text as well: YAML 1.1 has a type for it.
func (d *decoding) text(n *yaml.Node, v reflect.Value, path string) {
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode:
		d.fail(n, path, "want text, not %s", describe(n))
	case tag != "!!str" && tag != "!!timestamp":
		d.fail(n, path, "want text, not %s: quote it", describe(n))
	default:
		v.SetString(n.Value)
	}
}

func (d *decoding) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, path, "want a list, not %s", describe(n))
		return
	}
	// Grown item by item: an alias can make a list long that the budget will not let be read.
	for i, item := range n.Content {
		if d.budget < 0 {
			return
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

// words decodes the labels of a selector.
func (d *decoding) words(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "want labels, not %s", describe(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], value, join(path, n.Content[i].Value))
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), value)
	}
}

// fields decodes a mapping into the fields of a struct; what the struct does not have is a mistake.
func (d *decoding) fields(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "want fields (%s), not %s", strings.Join(fieldNames(v.Type()), ", "), describe(n))
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
			d.fail(key, field, "unknown field; %s", spelling.Want(key.Value, names))
			continue
		case seen[key.Value]:
			d.fail(key, field, "the field is there twice")
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

// describe names a node for people.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "fields"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "nothing"
	case n.ShortTag() == "!!str":
		return fmt.Sprintf("%q", n.Value)
	}
	return n.Value
}
