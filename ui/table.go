// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// writeTable prints what failed, and counts of the rest.
func writeTable(b *bufio.Writer, r *probe.Report, o Options) error { return writeText(b, r, o, false) }

// writeWide prints every check.
func writeWide(b *bufio.Writer, r *probe.Report, o Options) error {
	return writeText(b, r, o, !o.FailedOnly)
}

// writeText is the layout of both: header, sections, tenants, blocks, failed checks, what was not asked, the
// problems, the worst last because a terminal shows the end, and the summary. In the short table the problems stand
// for the failed checks, and a line before the summary for what was not asked.
func writeText(b *bufio.Writer, r *probe.Report, o Options, all bool) error {
	p := newTextPrinter(o)
	p.answerer = answerer(r.Source)
	p.headline(b, r)
	p.turned(b, r, all)
	p.overview(b, r, o.FailedOnly)
	if err := p.tenants(b, r, all, o.FailedOnly); err != nil {
		return err
	}
	if err := p.blocks(b, r.Findings, all, o.FailedOnly); err != nil {
		return err
	}
	explained := len(r.Problems) > 0
	if !explained || all {
		paragraphs := p.paragraphs(r, all)
		for _, lines := range paragraphs {
			b.WriteString(lines)
		}
		if len(paragraphs) > 0 {
			b.WriteByte('\n')
		}
	}
	listed := all || !explained && !o.FailedOnly
	if listed {
		p.gaps(b, r.NotAsked, all)
	}
	p.problems(b, r, all)
	if !listed && (!o.FailedOnly || slices.ContainsFunc(r.NotAsked, matrix.Gap.Open)) {
		p.notAsked(b, r.NotAsked)
	}
	p.bottom(b, r)
	return nil
}

// header names what was asked, and as whom; without a cluster also the limits of the answers.
func (p textPrinter) header(r *probe.Report) string {
	c, parts := r.Cluster, []string{"flux-probe"}
	add := func(before, s string) {
		if s = safetext.Printable(s); s != "" {
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
	if len(r.Asked.Preflight) > 0 {
		add("preflight of ", strings.Join(r.Asked.Preflight, ", "))
	} else {
		add("profile ", r.Profile)
	}
	text := p.wrap(strings.Join(parts, p.separator()), 2)
	if m := made(r.Made); p.saved && m != "" {
		text += "\n" + p.wrap(m, 2)
	}
	if worth := assumed(r); worth != "" {
		text += "\n" + p.wrap(p.paint(strings.ToUpper(worth[:1])+worth[1:], yellow), 2)
	}
	if origin := withoutCluster(r.Source); origin != "" {
		text += "\n" + p.wrap(p.paint(origin, yellow), 2)
	}
	return text
}

// made says when a report was made, by which version, and how long that took; "" when that is not known.
func made(m probe.Made) string {
	at, err := time.Parse(time.RFC3339, m.At)
	if err != nil {
		return ""
	}
	text := "report of " + at.UTC().Format("2006-01-02 15:04:05 UTC")
	if m.Version != "" {
		text += ", made by flux-probe " + safetext.Printable(m.Version)
	}
	if m.Seconds > 0 {
		text += fmt.Sprintf(" in %.1f s", m.Seconds)
	}
	return text
}

// standing says of a gap that is no choice whether it keeps the run from passing; empty for one that is.
func standing(g matrix.Gap) string {
	switch {
	case g.Open():
		return " (" + string(g.Kind) + ": the result is undetermined)"
	case g.Kind == matrix.Forbidden:
		return " (forbidden: " + safetext.Printable(g.Accepted) + ")"
	default:
		return ""
	}
}

// notAsked says in one line that something was not asked, and how much of it could not be read.
func (p textPrinter) notAsked(b *bufio.Writer, gaps []matrix.Gap) {
	if len(gaps) == 0 {
		return
	}
	open := 0
	for _, g := range gaps {
		if g.Open() {
			open++
		}
	}
	line := counted(len(gaps), "thing") + " not asked"
	if open > 0 {
		line += ", " + count(open) + " because of an error"
	}
	fmt.Fprintln(b, p.wrap(line+": -o wide lists "+map[bool]string{true: "it", false: "them"}[len(gaps) == 1], 0))
}

// gapNames is how many names a line of gaps shows in the short table.
const gapNames = 4

// gaps lists what was not asked, a line for each reason in a section.
func (p textPrinter) gaps(b *bufio.Writer, gaps []matrix.Gap, all bool) {
	type reason struct{ section, why string }
	var order []reason
	names := make(map[reason][]string)
	for _, g := range gaps {
		k := reason{safetext.Printable(g.Section), safetext.Printable(g.Why) + standing(g)}
		if names[k] == nil {
			order = append(order, k)
		}
		names[k] = append(names[k], safetext.Printable(g.What))
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
