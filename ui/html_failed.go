// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/page"
)

const (
	pageRows      = 500 // of failed checks that are listed; the details of the checks have all
	pageRowsOpen  = 40  // of failed checks that are listed without a click
	pageFailedMax = 12  // accesses and reasons in a row
)

// pageFailures are the failed checks in groups, those that fail the run first, and how many groups are left out.
func pageFailures(r *probe.Report) (rows []page.Failed, more int) {
	var warnings []page.Failed
	for _, g := range groupAlike(r.Findings, needsAttention) {
		f := g.same
		x := page.Failed{
			Mark: pageMark(MarkOf(&f)), Code: safetext.Printable(f.Code), Severity: string(f.Severity), Account: subjectOf(f.Subject),
		}
		if g.access {
			x.Access = atMost(g.sentences())
		}
		var reasons []string
		for _, because := range g.reasons {
			reasons = append(reasons, g.because(because))
		}
		x.Reasons = atMost(append(reasons, filled(safetext.Printable(cmp.Or(f.Observed, ReasonOf(f.Reason))), safetext.Printable(f.Via))...))
		if r.Fails(f) {
			rows = append(rows, x)
		} else {
			warnings = append(warnings, x)
		}
	}
	rows = append(rows, warnings...)
	if len(rows) > pageRows {
		return rows[:pageRows], len(rows) - pageRows
	}
	return rows, 0
}

// atMost leaves out what a row of the page has no room for, and says how much.
func atMost(texts []string) []string {
	if len(texts) <= pageFailedMax+1 {
		return texts
	}
	return append(texts[:pageFailedMax:pageFailedMax], strings.Join([]string{"and", count(len(texts) - pageFailedMax), "more"}, " "))
}
