// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"io"
	"slices"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/explain"
)

var explanationFormats = registry[*explain.Report]{
	{"table", writeExplanationTable},
	{"json", writeExplanationJSON},
	{"yaml", writeExplanationYAML},
}

// ExplanationFormats returns the names of the formats that WriteExplanation knows, the default first.
func ExplanationFormats() []string { return explanationFormats.names() }

// WriteExplanation prints r on w. Its errors are those of Write.
func WriteExplanation(w io.Writer, name string, r *explain.Report, o Options) error {
	r.APIVersion, r.Kind = probe.APIVersion, explain.Kind
	return explanationFormats.write(w, name, r, o)
}

func writeExplanationTable(b *bufio.Writer, r *explain.Report, o Options) error {
	_, err := b.Write(explanationText(r, o))
	return err
}

func writeExplanationJSON(b *bufio.Writer, r *explain.Report, _ Options) error {
	head := *r
	head.Explanations = []explain.Explanation{}
	return encodeList(b, head, slices.Values(r.Explanations))
}

func writeExplanationYAML(b *bufio.Writer, r *explain.Report, _ Options) error {
	return encodeYAML(b, r)
}
