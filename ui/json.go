// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/flux-probe/flux-probe/probe"
)

// writeJSON prints the document itself, indented.
func writeJSON(b *bytes.Buffer, r *probe.Report, _ Options) error { return encode(b, document(r)) }

func encode(b *bytes.Buffer, document any) error {
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(document)
}

// document is r as it is printed: identified, and with lists that are empty rather than null.
func document(r *probe.Report) *probe.Report {
	d := *r
	d.APIVersion = cmp.Or(d.APIVersion, probe.APIVersion)
	d.Kind = cmp.Or(d.Kind, probe.ReportKind)
	if d.Flux == nil {
		d.Flux = []probe.Flux{}
	}
	if d.Findings == nil {
		d.Findings = []probe.Finding{}
	}
	return &d
}
