// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// csvColumns are the columns; new ones are only ever added at the end.
var csvColumns = [...]string{
	"section", "code", "verdict", "severity", "subjectKind", "subjectNamespace", "subjectName",
	"verb", "group", "resource", "subresource", "namespace", "name", "path",
	"want", "because", "origin", "reason", "via", "observed", "hint",
	"waiver", "waiverOwner", "waiverUntil", "waived", "file", "line", "answeredBy",
}

// writeCSV prints a header and a line for each check (RFC 4180, with line feeds).
func writeCSV(b *bufio.Writer, r *probe.Report, _ Options) error {
	w := csv.NewWriter(b)
	if err := w.Write(csvColumns[:]); err != nil {
		return err
	}
	for _, f := range r.Findings {
		a := *cmp.Or(f.Access, &matrix.Access{})
		row := [len(csvColumns)]string{
			f.Section, f.Code, string(f.Verdict), string(f.Severity), f.Subject.Kind, f.Subject.Namespace, f.Subject.Name,
			a.Verb, a.Group, a.Resource, a.Subresource, a.Namespace, a.Name, a.Path,
			string(f.Want), f.Because, f.Origin.Get().String(), f.Reason, f.Via, f.Observed, f.Hint,
			f.Waiver.Get().Reason, f.Waiver.Get().Owner, f.Waiver.Get().Until, string(f.Waiver.Get().Was), f.Origin.Get().File, "", answeredBy(r, f),
		}
		if f.Origin.Get().Line > 0 {
			row[len(row)-2] = decimal(f.Origin.Get().Line)
		}
		for i := range row {
			row[i] = csvCell(row[i])
		}
		if err := w.Write(row[:]); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// csvCell keeps a spreadsheet from running a text as a formula: it takes one as text after an
// apostrophe (owasp.org, CSV Injection). Full-width signs count as well in some of them.
func csvCell(s string) string {
	s = safetext.Printable(s)
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
