// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// writeTable prints what failed, and counts of the rest.
func writeTable(b *bytes.Buffer, r *probe.Report, o Options) error { return writeText(b, r, o, false) }

// writeWide prints every check.
func writeWide(b *bytes.Buffer, r *probe.Report, o Options) error {
	return writeText(b, r, o, !o.FailedOnly)
}

// writeText is the layout of both: header, sections, tenants, blocks, failed checks, what was not asked, and
// the summary.
func writeText(b *bytes.Buffer, r *probe.Report, o Options, all bool) error {
	p := newPen(o)
	p.answerer = answerer(r.Source)
	p.top(b, r, o.FailedOnly)
	if err := p.tenants(b, r.Findings, all, o.FailedOnly); err != nil {
		return err
	}
	if err := p.blocks(b, r.Findings, all, o.FailedOnly); err != nil {
		return err
	}
	paragraphs := p.paragraphs(r.Findings, all)
	for _, lines := range paragraphs {
		b.WriteString(lines)
	}
	if len(paragraphs) > 0 {
		b.WriteByte('\n')
	}
	if !o.FailedOnly {
		p.gaps(b, r.NotAsked, all)
	}
	p.bottom(b, r)
	return nil
}

// header says what was asked, and as whom; and where that was no cluster, what the answers are worth.
func (p pen) header(r *probe.Report) string {
	c, parts := r.Cluster, []string{"flux-probe"}
	add := func(before, s string) {
		if s = probe.Printable(s); s != "" {
			parts = append(parts, before+s)
		}
	}
	if c.Context != "" {
		add("", c.Context)
	} else {
		add("", c.Server)
	}
	add("Kubernetes ", c.Kubernetes)
	for _, f := range r.Flux {
		version := f.Version
		if version == "" {
			version = "of unknown version"
		}
		add("Flux ", version+" in "+f.Namespace)
	}
	if len(r.Flux) == 0 {
		parts = append(parts, "no Flux found")
	}
	add("asking as ", r.ProbedAs)
	add("profile ", r.Profile)
	text := p.wrap(strings.Join(parts, p.separator()), 2)
	if origin := withoutCluster(r.Source); origin != "" {
		text += "\n" + p.wrap(p.paint(origin, yellow), 2)
	}
	return text
}

// summary is the last line: exact counts, in words that add up to the number of checks.
func (p pen) summary(s probe.Summary) string {
	failed := s.Missing + s.Excess + s.Undetermined
	var line string
	switch {
	case s.Checks == 0:
		line = "nothing was checked"
	case failed > 0:
		line = fmt.Sprintf("%s of %s failed: %s missing, %s excess, %s undetermined",
			count(failed), counted(s.Checks, "check"), count(s.Missing), count(s.Excess), count(s.Undetermined))
		line = p.paint(line, bold)
	default:
		line = fmt.Sprintf("%s of %s as expected", count(s.Pass), counted(s.Checks, "check"))
	}
	if s.Exception > 0 {
		line += "; " + count(s.Exception) + " by exception"
	}
	if s.Waived > 0 {
		line += "; " + count(s.Waived) + " waived"
	}
	if s.Checks > 0 {
		line += "; " + counted(s.Warnings, "warning")
	}
	if n := s.Checks - s.Pass - failed - s.Exception - s.Waived - s.Warnings; n > 0 {
		line += "; " + count(n) + " for information"
	}
	return line + "; " + counted(s.Reviews, "review") + " asked"
}

// gapNames is how many names a line of gaps shows in the short table.
const gapNames = 4

// gaps says what was not asked, a line for each reason in a section.
func (p pen) gaps(b *bytes.Buffer, gaps []matrix.Gap, all bool) {
	type reason struct{ section, why string }
	var order []reason
	names := make(map[reason][]string)
	for _, g := range gaps {
		k := reason{probe.Printable(g.Section), probe.Printable(g.Why)}
		if names[k] == nil {
			order = append(order, k)
		}
		names[k] = append(names[k], probe.Printable(g.What))
	}
	for _, k := range order {
		what, more := names[k], ""
		if n := len(what) - gapNames; n > 1 && !all {
			what, more = what[:gapNames], " and "+count(n)+" more"
		}
		line := "not asked: " + k.section + ": " + strings.Join(what, ", ") + more
		if k.why != "" {
			line += ": " + k.why
		}
		fmt.Fprintln(b, p.wrap(line, 11))
	}
}
