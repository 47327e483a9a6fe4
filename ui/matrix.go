// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"io"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// MatrixKind is the kind of the document that WriteMatrix prints as json; its apiVersion is that of
// the report. As yaml it prints a matrix file, of kind file.Kind.
const MatrixKind = "Matrix"

// matrixFormat is one value of -o for a matrix.
type matrixFormat struct {
	name  string
	write func(*bufio.Writer, *matrix.Matrix, *probe.Report, Options) error
}

var matrixFormats = [...]matrixFormat{
	{"table", wholeMatrix(writeMatrixTable)},
	{"wide", wholeMatrix(writeMatrixWide)},
	{"json", writeMatrixJSON},
	{"yaml", writeMatrixYAML},
}

// MatrixFormats are the names of the formats that WriteMatrix knows, the default first.
func MatrixFormats() []string {
	names := make([]string, len(matrixFormats))
	for i, f := range matrixFormats {
		names[i] = f.name
	}
	return names
}

// WriteMatrix prints on w what a run would ask, without its answers. Of r it takes what the header
// of a report says. Its errors are those of Write.
func WriteMatrix(w io.Writer, name string, m *matrix.Matrix, r *probe.Report, o Options) error {
	for _, f := range matrixFormats {
		if f.name == name {
			return flush(w, func(b *bufio.Writer) error { return f.write(b, m, r, o) })
		}
	}
	return &UnknownFormatError{Format: name, Known: MatrixFormats()}
}

// wholeMatrix is whole for the text formats of a matrix.
func wholeMatrix(write func(*bytes.Buffer, *matrix.Matrix, *probe.Report, Options) error) func(*bufio.Writer, *matrix.Matrix, *probe.Report, Options) error {
	return func(w *bufio.Writer, m *matrix.Matrix, r *probe.Report, o Options) error {
		return whole(func(b *bytes.Buffer, r *probe.Report, o Options) error { return write(b, m, r, o) })(w, r, o)
	}
}
