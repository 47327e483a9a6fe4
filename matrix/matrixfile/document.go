// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// StandardInput is the Name of a Document that was not read from a file.
const StandardInput = "standard input"

// Document is a PermissionMatrix with the position of each of its fields.
type Document struct {
	PermissionMatrix
	Name      string // of the file
	positions map[string]Position
}

// Documents are all documents of a run, in the order in which they were given.
type Documents []*Document

// Position is a place in a file. Line and column count from 1; a zero is not known.
type Position struct{ Line, Column int }

// Error is one mistake in a file.
type Error struct {
	File string
	At   Position
	// Field is a path such as expectations[0].access[1].verbs[2]. It is empty for a mistake that concerns
	// the whole file.
	Field   string
	Problem string // what is wrong and what is valid instead
	Foreign bool   // the document is a Kubernetes object of another kind, as in a file of manifests
}

// Error is file:line:column: field: problem, on one line. Its words are those of the file, which somebody else can
// have written.
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
	return safetext.Printable(text + " " + e.Problem)
}

// Errorf returns a mistake in the named field.
func (d *Document) Errorf(field, format string, args ...any) *Error {
	return &Error{File: d.Name, At: d.At(field), Field: field, Problem: fmt.Sprintf(format, args...)}
}

// At returns the position of a field, or of the nearest field that contains it.
func (d *Document) At(field string) Position {
	for ; field != ""; field = field[:max(0, strings.LastIndexAny(field, ".["))] {
		if p, ok := d.positions[field]; ok {
			return p
		}
	}
	return d.positions[""]
}

// Origin returns the field as the origin of a check.
func (d *Document) Origin(field string) matrix.Origin {
	o := matrix.Origin{Kind: Kind, Name: d.Name, Field: field}
	if at := d.At(field); at.Line > 0 {
		o.Name = fmt.Sprintf("%s:%d", d.Name, at.Line)
		if d.Name != StandardInput {
			o.File, o.Line = filepath.ToSlash(filepath.Clean(d.Name)), at.Line
		}
	}
	return o
}
