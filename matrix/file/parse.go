// SPDX-License-Identifier: Apache-2.0

package file

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Loaded is a Document with the place of each of its fields.
type Loaded struct {
	Document
	Name string // of the file
	at   map[string]Position
}

// StandardInput is the Name of what was read from no file.
const StandardInput = "standard input"

// Set is all documents that a run was given, in their order.
type Set []*Loaded

// Position is a place in a file, both from 1; zero is one that is not known.
type Position struct{ Line, Column int }

// Error is one mistake in a file.
type Error struct {
	File string
	At   Position
	// Field is a path like expectations[0].access[1].verbs[2]; empty for mistakes of the whole file.
	Field   string
	Problem string // what is wrong, and what was expected
}

// Error is file:line:column: field: problem.
func (e *Error) Error() string {
	text := e.File + ":"
	if e.At.Line > 0 {
		text += fmt.Sprintf("%d:", e.At.Line)
	}
	if e.At.Column > 0 {
		text += fmt.Sprintf("%d:", e.At.Column)
	}
	if e.Field != "" {
		text += " " + e.Field + ":"
	}
	return text + " " + e.Problem
}

// Errorf is a mistake in the named field of l.
func (l *Loaded) Errorf(field, format string, args ...any) *Error {
	return &Error{File: l.Name, At: l.At(field), Field: field, Problem: fmt.Sprintf(format, args...)}
}

// At is the place of a field, or of the nearest one that it is in.
func (l *Loaded) At(field string) Position {
	for ; field != ""; field = field[:max(0, strings.LastIndexAny(field, ".["))] {
		if p, ok := l.at[field]; ok {
			return p
		}
	}
	return l.at[""]
}

// Parse reads the documents of a file, YAML or JSON, strictly. The error joins all mistakes, each an
// *Error, or is that of r.
func Parse(name string, r io.Reader) (Set, error) {
	var (
		set  Set
		errs []error
	)
	for decoder := yaml.NewDecoder(r); ; {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(errs, syntax(name, err))...)
		}
		if len(node.Content) == 0 || node.Content[0].Tag == "!!null" && node.Content[0].Kind == yaml.ScalarNode {
			continue // an empty document, as after a last ---
		}
		l := &Loaded{Name: name, at: map[string]Position{}}
		errs = append(errs, l.decode(node.Content[0], maxNodes)...)
		set = append(set, l)
	}
	if len(set) == 0 && len(errs) == 0 {
		errs = append(errs, &Error{File: name, Problem: "the file is empty: want a document of kind " + Kind})
	}
	return set, errors.Join(errs...)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax is an error of the YAML library, or of the reader under it, with its line.
func syntax(name string, err error) error {
	m := yamlLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	line, _ := strconv.Atoi(m[1]) // 0 where the library names none
	return &Error{File: name, At: Position{Line: line}, Problem: "it is neither YAML nor JSON: " + m[2]}
}
