// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// The characters that GitHub's runner reads as structure in a workflow command, and how it takes
// them as text (actions/toolkit packages/core/src/command.ts).
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub prints workflow commands: an error or a warning for each problem, the worst first, at the line of
// the object at fault; without problems one for each check that fails the run, and for each warning; and a notice with the summary, which counts what is waived: a step shows ten
// annotations of a kind, and accepted ones would hide others. What has a file is shown there, beside the change.
func writeGitHub(b *bufio.Writer, r *probe.Report, _ Options) error {
	for _, x := range shownProblems(r) {
		annotateProblem(b, r, x)
	}
	for _, f := range r.Findings {
		if len(r.Problems) > 0 {
			break
		}
		switch {
		case r.Fails(f):
			annotate(b, "error", f)
		case needsAttention(f):
			annotate(b, "warning", f)
		}
	}
	command(b, "notice title=flux-probe", strings.Join(filled(newTextPrinter(Options{}).summary(r), manner(r)), "\n"))
	return nil
}

func annotate(b *bufio.Writer, level string, f probe.Finding) {
	d := describe(f)
	properties := " title=" + commandProperty.Replace(safetext.Printable(f.Code)+" "+string(f.Verdict))
	if f.Origin.Get().File != "" {
		properties += ",file=" + commandProperty.Replace(safetext.Printable(f.Origin.Get().File)) + ",line=" + decimal(f.Origin.Get().Line)
	}
	command(b, level+properties, strings.Join(filled(d.claim, d.because, d.reason, d.hint), "\n"))
}

func command(b *bufio.Writer, command, message string) {
	b.WriteString("::" + command + "::" + commandData.Replace(message) + "\n")
}
