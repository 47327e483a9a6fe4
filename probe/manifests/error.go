// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Error reports which file cannot be used, where, and why.
type Error struct {
	File     string // the path as it was given; "standard input" for -
	Document int    // counted from 1 among those with content; 0 when the file itself is the problem
	Line     int    // of the file, counted from 1; 0 when unknown
	Problem  string // one sentence
}

// Error is all of it on one line.
func (e *Error) Error() string {
	text := document{file: e.File, number: e.Document}.position()
	if e.Line > 0 {
		text += fmt.Sprintf(", line %d", e.Line)
	}
	return safetext.Printable(text + ": " + e.Problem)
}

// position names the document.
func (d document) position() string {
	if d.number == 0 {
		return d.file
	}
	return fmt.Sprintf("%s, document %d", d.file, d.number)
}

func (d document) problem(line int, format string, args ...any) *Error {
	return &Error{File: d.file, Document: d.number, Line: line, Problem: fmt.Sprintf(format, args...)}
}

var yamlLine = regexp.MustCompile(`line (\d+): ([^\n]*)`)

// unparsed is the error of a YAML parser, whose lines count from the document's first.
func (d document) unparsed(err error) *Error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		n = min(n, 1+bytes.Count(d.text, []byte("\n"))) // the parser counts a line more where the text ends too early
		return d.problem(d.line+n-1, "it is no YAML: %s", m[2])
	}
	return d.problem(d.line, "it is no YAML: %s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), "yaml: "))
}

// decode reads an object into a type of the API.
func decode[T any](o object) (T, error) {
	var value T
	err := json.Unmarshal(o.raw, &value)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return value, o.problem(o.lineOf(wrong.Field), "%s: %s must not be of type %s", o.title(), wrong.Field, wrong.Value)
	}
	if err != nil {
		return value, o.problem(o.line, "%s: %v", o.title(), err)
	}
	return value, nil
}

// lineOf is where a field is, by its path without indexes (subjects.namespace): in a list, in the first item
// that has it, and in a List of objects, in the first object. It is where the document begins when there is none.
func (d document) lineOf(field string) int {
	node, err := yaml.Parse(string(d.text))
	if err != nil {
		return d.line
	}
	if key := find(node.YNode(), strings.Split(field, ".")); key != nil {
		return d.line + key.Line - 1
	}
	return d.line
}

// find is the key of a field; of its nearest parent when the field itself is missing. Names are compared as
// encoding/json does.
func find(node *yaml.Node, path []string) *yaml.Node {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			if !strings.EqualFold(key.Value, path[0]) {
				continue
			}
			if len(path) > 1 {
				if inner := find(value, path[1:]); inner != nil {
					return inner
				}
			}
			return key
		}
	}
	for _, inner := range node.Content {
		if inner.Kind == yaml.ScalarNode {
			continue
		}
		if key := find(inner, path); key != nil {
			return key
		}
	}
	return nil
}
