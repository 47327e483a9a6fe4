// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strconv"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// numbers are the counts of a summary as people read them: a warning without an answer is counted as
// undetermined, because that is what it does to the result.
type numbers struct {
	missing, excess, undetermined int
	failed                        int // their sum
	warnings                      int // the other warnings
	info                          int // failed, of severity info
}

func numbersOf(s probe.Summary) numbers {
	n := numbers{
		missing: s.Missing, excess: s.Excess, undetermined: s.Undetermined + s.UndeterminedWarnings,
		warnings: s.Warnings - s.UndeterminedWarnings,
	}
	n.failed = n.missing + n.excess + n.undetermined
	n.info = s.Checks - s.Pass - s.Exception - s.Waived - s.Baseline - n.failed - n.warnings
	return n
}

// summary is the last line: exact counts, in words that add up to the number of checks. Warnings are
// among the failed checks when they fail the run.
func (p textPrinter) summary(r *probe.Report) string {
	s, n := r.Summary, numbersOf(r.Summary)
	failed, warnings := n.failed, "; "+counted(n.warnings, "warning")
	parts := fmt.Sprintf("%s missing, %s excess, %s undetermined", count(n.missing), count(n.excess), count(n.undetermined))
	if r.Asked.FailOn == matrix.Warning && n.warnings > 0 {
		failed, warnings = failed+n.warnings, ""
		parts += ", " + counted(n.warnings, "warning")
	}
	var line string
	switch {
	case s.Checks == 0:
		line, warnings = "nothing was checked", ""
	case failed > 0:
		line = p.paint(fmt.Sprintf("%s of %s failed: %s", count(failed), counted(s.Checks, "check"), parts), bold)
	default:
		line = fmt.Sprintf("%s of %s as expected", count(s.Pass), counted(s.Checks, "check"))
	}
	if s.Exception > 0 {
		line += "; " + count(s.Exception) + " by exception"
	}
	if s.Waived > 0 {
		line += "; " + count(s.Waived) + " waived"
	}
	if s.Baseline > 0 {
		line += "; " + count(s.Baseline) + " in the baseline"
	}
	line += warnings
	if n.info > 0 {
		line += "; " + count(n.info) + " for information"
	}
	line += "; " + counted(s.Reviews, "review") + " asked"
	if s.DryRuns > 0 {
		line += ", " + counted(s.DryRuns, "dry-run") + " sent"
	}
	return line
}

// overall is the mark that stands for a run.
func overall(s probe.Summary) Mark {
	switch s.Result {
	case probe.ResultPass:
		return MarkPass
	case probe.ResultFail:
		return MarkMissing
	default:
		return MarkUndetermined
	}
}

// count is Thousands, under the name that most lines use.
func count(n int) string { return Thousands(n) }

// Thousands returns n with a comma after each group of three digits: 1,204.
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// counted is n and the noun, in the plural unless n is one.
func counted(n int, noun string) string { return count(n) + " " + plural(n, noun) }

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
