// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"

	"github.com/flux-probe/flux-probe/probe"
)

// writeName prints a line for each check that failed with severity error or warning, and is not
// waived: what was checked and nothing of the answer, so that the lines of two runs can be compared.
func writeName(b *bufio.Writer, r *probe.Report, _ Options) error {
	for _, f := range r.Findings {
		if failsRun(f) || warns(f) {
			b.WriteString(tell(f).name)
			b.WriteByte('\n')
		}
	}
	return nil
}
