// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/probe"
)

// writeJSON prints the document itself, indented.
func writeJSON(b *bufio.Writer, r *probe.Report, _ Options) error {
	d := document(r)
	findings := d.Findings
	d.Findings = []probe.Finding{}
	return encodeList(b, d, slices.Values(findings))
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

// encodeList prints a document whose last field is an empty list, with the items in that list. They
// are encoded one by one: a large document is never in memory as a whole.
func encodeList[T any](b *bufio.Writer, head any, items func(func(T) bool)) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(head); err != nil {
		return err
	}
	const end = "[]\n}\n"
	before, ok := bytes.CutSuffix(text.Bytes(), []byte(end))
	if !ok {
		return fmt.Errorf("the last field of %T is not an empty list", head)
	}
	if _, err := b.Write(before); err != nil {
		return err
	}
	e.SetIndent("    ", "  ")
	separator := "[\n    "
	var failed error
	items(func(item T) bool {
		text.Reset()
		if failed = e.Encode(item); failed != nil {
			return false
		}
		b.WriteString(separator)
		_, failed = b.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		separator = ",\n    "
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	if separator == "[\n    " {
		_, err := b.WriteString(end)
		return err
	}
	_, err := b.WriteString("\n  ]\n}\n")
	return err
}
