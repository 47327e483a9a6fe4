// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// section counts the findings of one section.
type section struct {
	name    string
	counts  probe.Summary
	worst   matrix.Verdict // of what is no information
	errored bool           // something worse than a warning failed
}

func (s *section) add(f probe.Finding) {
	if s.counts.Checks == 0 {
		s.worst = matrix.Pass
	}
	s.counts.Add(f)
	if !f.Failed() || f.Severity != matrix.Info {
		s.worst = Worst(s.worst, f.Verdict)
	}
	s.errored = s.errored || f.Failed() && f.Severity == matrix.Error
}

// mark is the mark of the worst, in the colour of its severity.
func (s *section) mark(p pen) string {
	if s.errored {
		return p.mark(s.worst, matrix.Error)
	}
	return p.mark(s.worst, matrix.Warning)
}

// failed says whether there is anything in s to look at.
func (s *section) failed() bool {
	return s.counts.Missing+s.counts.Excess+s.counts.Undetermined+s.counts.Warnings > 0
}

// tally counts findings by section, in order of first appearance.
func tally(findings []probe.Finding) []*section {
	var order []*section
	byName := make(map[string]*section)
	for _, f := range findings {
		s := byName[f.Section]
		if s == nil {
			s = &section{name: f.Section}
			byName[f.Section] = s
			order = append(order, s)
		}
		s.add(f)
	}
	return order
}

// sections are the lines of counts: what is as expected, of how many, and what the rest is.
func (p pen) sections(findings []probe.Finding, failedOnly bool) []string {
	order := tally(findings)
	name, pass, checks := 0, 0, 0
	for _, s := range order {
		name = max(name, ansi.StringWidth(probe.Printable(s.name)))
		pass = max(pass, len(count(s.counts.Pass)))
		checks = max(checks, len(count(s.counts.Checks)))
	}
	var lines []string
	for _, s := range order {
		if failedOnly && !s.failed() {
			continue
		}
		shown := probe.Printable(s.name)
		lines = append(lines, p.wrap(fmt.Sprintf("%s %s%s  %*s of %*s as expected%s",
			s.mark(p), shown, strings.Repeat(" ", name-ansi.StringWidth(shown)),
			pass, count(s.counts.Pass), checks, count(s.counts.Checks), p.rest(s.counts)), name+4))
	}
	return lines
}

// rest names what of s is not as expected; with the passes its numbers add up to the checks.
func (p pen) rest(s probe.Summary) string {
	var text strings.Builder
	add := func(n int, what string, as style) {
		if n > 0 {
			text.WriteString(", " + p.paint(count(n)+" "+what, as))
		}
	}
	add(s.Missing, "missing", failing)
	add(s.Excess, "excess", excess)
	add(s.Undetermined, "undetermined", yellow)
	if s.Warnings == 1 {
		add(s.Warnings, "warning", yellow)
	} else {
		add(s.Warnings, "warnings", yellow)
	}
	add(s.Exception, "by exception", cyan)
	add(s.Waived, "waived", faint)
	add(s.Checks-s.Pass-s.Missing-s.Excess-s.Undetermined-s.Warnings-s.Exception-s.Waived, "for information", faint)
	return text.String()
}
