// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// The characters that GitHub's runner reads as structure in a workflow command, and how it takes
// them as text (actions/toolkit packages/core/src/command.ts).
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub prints workflow commands: an error for each check that fails the run, a warning for
// each warning, and a notice with the summary.
func writeGitHub(b *bufio.Writer, r *probe.Report, _ Options) error {
	for _, f := range r.Findings {
		switch {
		case failsRun(f):
			annotate(b, "error", f)
		case warns(f):
			annotate(b, "warning", f)
		}
	}
	command(b, "notice", "flux-probe", newPen(Options{}).summary(r.Summary))
	return nil
}

func annotate(b *bufio.Writer, level string, f probe.Finding) {
	t := tell(f)
	command(b, level, probe.Printable(f.Code)+" "+string(f.Verdict), strings.Join(filled(t.claim, t.because, t.reason, t.hint), "\n"))
}

func command(b *bufio.Writer, level, title, message string) {
	b.WriteString("::" + level + " title=" + commandProperty.Replace(title) + "::" + commandData.Replace(message) + "\n")
}
