// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// section counts the findings of one section.
type section struct {
	name   string
	counts probe.Summary
	worst  Mark // of all but failed checks of severity info
}

func (s *section) add(f probe.Finding) {
	s.counts.Add(f)
	mark := MarkOf(&f)
	if mark == MarkDenied || f.Failed() && f.Severity == matrix.Info {
		mark = MarkPass
	}
	s.worst = max(s.worst, mark)
}

// failed reports whether something in s needs attention.
func (s *section) failed() bool {
	n := numbersOf(s.counts)
	return n.failed+n.warnings > 0
}

// countSections counts findings by section, in order of first appearance.
func countSections(findings []probe.Finding) []*section {
	var order []*section
	for _, places := range groupBy(findings, func(f *probe.Finding) string { return f.Section }) {
		s := &section{name: findings[places[0]].Section}
		for _, i := range places {
			s.add(findings[i])
		}
		order = append(order, s)
	}
	return order
}

// sections are the lines of counts: what is as expected, of how many, and what the rest is.
func (p textPrinter) sections(findings []probe.Finding, failedOnly bool) []string {
	order := countSections(findings)
	name, pass, checks := 0, 0, 0
	for _, s := range order {
		name = max(name, ansi.StringWidth(safetext.Printable(s.name)))
		pass = max(pass, len(count(s.counts.Pass)))
		checks = max(checks, len(count(s.counts.Checks)))
	}
	var lines []string
	for _, s := range order {
		if failedOnly && !s.failed() {
			continue
		}
		shown := safetext.Printable(s.name)
		lines = append(lines, p.wrap(fmt.Sprintf("%s %s%s  %*s of %*s as expected%s",
			p.glyph(s.worst), shown, strings.Repeat(" ", name-ansi.StringWidth(shown)),
			pass, count(s.counts.Pass), checks, count(s.counts.Checks), p.rest(s.counts)), name+4))
	}
	return lines
}

// rest names what of s is not as expected; with the passes its numbers add up to the checks.
func (p textPrinter) rest(s probe.Summary) string {
	n := numbersOf(s)
	var text strings.Builder
	for _, part := range []struct {
		n    int
		what string
		as   style
	}{
		{n.missing, "missing", failing}, {n.excess, "excess", excess}, {n.undetermined, "undetermined", yellow},
		{n.warnings, plural(n.warnings, "warning"), yellow}, {s.Exception, "by exception", cyan}, {s.Waived, "waived", faint}, {s.Baseline, "in the baseline", faint},
		{n.info, "for information", faint},
	} {
		if part.n > 0 {
			text.WriteString(", " + p.paint(count(part.n)+" "+part.what, part.as))
		}
	}
	return text.String()
}
