// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"io"

	"github.com/flux-probe/flux-probe/probe"
)

// MatrixKind is the kind of the document that WriteMatrix prints as json; its apiVersion is that of
// the report. As yaml it prints a matrix file, of kind matrixfile.Kind.
const MatrixKind = "Matrix"

var matrixFormats = registry[*probe.Report]{
	{"table", writeMatrixTable},
	{"wide", writeMatrixWide},
	{"json", writeMatrixJSON},
	{"yaml", writeMatrixYAML},
}

// MatrixFormats returns the names of the formats that WriteMatrix knows, the default first.
func MatrixFormats() []string { return matrixFormats.names() }

// WriteMatrix prints on w what a run would ask: r is a report before anything was asked, with the
// findings of probe.Pending. Its errors are those of Write.
func WriteMatrix(w io.Writer, name string, r *probe.Report, o Options) error {
	return matrixFormats.write(w, name, r, o)
}
