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
// each warning, and a notice with the summary, which counts what is waived: a step shows ten
// annotations of a kind, and accepted ones would hide others. What has a file is shown there, beside the change.
func writeGitHub(b *bufio.Writer, r *probe.Report, _ Options) error {
	for _, f := range r.Findings {
		switch {
		case failsRun(f):
			annotate(b, "error", f)
		case warns(f):
			annotate(b, "warning", f)
		}
	}
	command(b, "notice title=flux-probe", newPen(Options{}).summary(r.Summary))
	return nil
}

func annotate(b *bufio.Writer, level string, f probe.Finding) {
	t := tell(f)
	properties := " title=" + commandProperty.Replace(probe.Printable(f.Code)+" "+string(f.Verdict))
	if f.Origin.File != "" {
		properties += ",file=" + commandProperty.Replace(probe.Printable(f.Origin.File)) + ",line=" + decimal(f.Origin.Line)
	}
	command(b, level+properties, strings.Join(filled(t.claim, t.because, t.reason, t.hint), "\n"))
}

func command(b *bufio.Writer, command, message string) {
	b.WriteString("::" + command + "::" + commandData.Replace(message) + "\n")
}
