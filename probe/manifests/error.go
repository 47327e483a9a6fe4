// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// Error says which file cannot be used, where, and why.
type Error struct {
	File     string // the path as it was given; "standard input" for -
	Document int    // counted from 1 among those with content; 0 when the file itself is the problem
	Line     int    // of the file, counted from 1; 0 when unknown
	Problem  string // one sentence
}

// Error is all of it on one line.
func (e *Error) Error() string {
	text := e.File
	if e.Document > 0 {
		text += fmt.Sprintf(", document %d", e.Document)
	}
	if e.Line > 0 {
		text += fmt.Sprintf(", line %d", e.Line)
	}
	return probe.Printable(text + ": " + e.Problem)
}

func (d document) problem(line int, format string, args ...any) *Error {
	return &Error{File: d.file, Document: d.number, Line: line, Problem: fmt.Sprintf(format, args...)}
}

var yamlLine = regexp.MustCompile(`line (\d+): ([^\n]*)`)

// unparsed is the error of a YAML parser, whose lines count from the document's first.
func (d document) unparsed(err error) *Error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
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

// lineOf guesses where a field is: where its name stands first in the document, else where the
// document begins.
func (d document) lineOf(field string) int {
	name := field[strings.LastIndex(field, ".")+1:] + ":"
	line := d.line
	for text := range strings.Lines(string(d.text)) {
		if strings.HasPrefix(strings.TrimLeft(text, " -"), name) {
			return line
		}
		line++
	}
	return d.line
}
