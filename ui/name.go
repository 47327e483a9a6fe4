// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// writeName prints a line for each problem: severity, id, kind, object and field, so that the lines of two runs can
// be compared. Without problems it prints a line for each check that failed with severity error or warning, and is
// not waived: what was checked and nothing of the answer.
func writeName(b *bufio.Writer, r *probe.Report, _ Options) error {
	for _, x := range shownProblems(r) {
		words := filled(plainWord(string(x.Severity)), safetext.Printable(x.ID), safetext.Printable(causeName(x.Cause)), safetext.Printable(x.Cause.Field))
		b.WriteString(strings.Join(words, " ") + "\n")
	}
	for _, f := range r.Findings {
		if len(r.Problems) == 0 && needsAttention(f) {
			b.WriteString(describe(f).name)
			b.WriteByte('\n')
		}
	}
	return nil
}
