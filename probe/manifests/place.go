// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// locate keeps where an object was read. Those of standard input are in no file.
func (s *reading) locate(o object) {
	if o.raw == nil || o.file == standardInput {
		return
	}
	if s.Places == nil {
		s.Places = map[matrix.Origin]snapshot.Place{}
	}
	s.Places[matrix.Origin{Kind: o.kind, Namespace: o.namespace, Name: o.name}] = o.location()
}

// location is where the object was read; zero for standard input.
func (o object) location() snapshot.Place {
	if o.file == standardInput {
		return snapshot.Place{}
	}
	return snapshot.Place{File: fromHere(o.file), Line: o.begins()}
}

// fromHere is a path as tools that read reports want it: from the working directory, which in a pipeline
// is the repository, where the file is below it.
func fromHere(file string) string {
	file = filepath.Clean(file)
	if here, err := os.Getwd(); err == nil && filepath.IsAbs(file) {
		if below, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(below) {
			file = below
		}
	}
	return filepath.ToSlash(file)
}

// begins is the line of the file with the document's first content.
func (d document) begins() int {
	line := d.line
	for text := range bytes.Lines(d.text) {
		if !blank(text) {
			return line
		}
		line++
	}
	return d.line
}
