// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/why"
)

var whyFormats = registry[*why.Report]{
	{"table", writeWhyTable},
	{"json", writeWhyJSON},
	{"yaml", func(b *bufio.Writer, r *why.Report, _ Options) error { return encodeYAML(b, r) }},
}

// WhyFormats returns the names of the formats that WriteWhy knows, the default first.
func WhyFormats() []string { return whyFormats.names() }

// WriteWhy prints r on w. Its errors are those of Write.
func WriteWhy(w io.Writer, name string, r *why.Report, o Options) error {
	return whyFormats.write(w, name, r, o)
}

func writeWhyJSON(b *bufio.Writer, r *why.Report, _ Options) error {
	head := *r
	head.Findings = []probe.Finding{}
	return encodeList(b, head, slices.Values(r.Findings))
}

// writeWhyTable prints each entry, with the problem that explains it below the first that it explains, and what comes
// of all of them last.
func writeWhyTable(b *bufio.Writer, r *why.Report, o Options) error {
	p := newTextPrinter(o)
	p.answerer = answerer(r.Source)
	shown := map[string]bool{}
	for i, e := range r.Entries {
		if i > 0 {
			b.WriteByte('\n')
		}
		p.whyEntry(b, r, e, o, shown)
	}
	if len(r.NotAsked) > 0 {
		b.WriteByte('\n')
	}
	for _, gap := range r.NotAsked {
		fmt.Fprintln(b, p.wrap("not read: "+safetext.Printable(strings.Join(filled(gap.What, gap.Why), ": ")), 2))
	}
	if text := whySummary(r); text != "" {
		if len(r.Entries) > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(b, p.wrap(text, 0))
	}
	return nil
}

func (p textPrinter) whyEntry(b *bufio.Writer, r *why.Report, e why.Entry, o Options, shown map[string]bool) {
	const indent = 10
	line := func(label, text string) {
		if text != "" {
			b.WriteString(p.wrap("  "+p.label(label, indent-2)+text, indent+2) + "\n")
		}
	}
	b.WriteString(p.wrap(p.whyMark(e.Permissions)+" "+p.paint(whyTitle(e), bold), 2) + "\n")
	line("says", e.Says)
	for i, chain := range e.Chain {
		line(first(i, "chain"), chain)
	}
	line("answer", whyAnswer(e))
	x := r.ProblemOf(e)
	switch {
	case x != nil && shown[x.ID]:
		line("problem", x.ID+" above")
	case x != nil:
		shown[x.ID] = true
		p.inside(b, r.Whole(), *x)
	case e.Explanation != nil:
		for _, g := range groupExplanations(e.Explanation.Explanations) {
			for i, grant := range g.Grants {
				line(first(i, "granted"), grant)
			}
			for i, near := range g.NearMisses {
				if g.Verdict() == matrix.Pass {
					break // it is right that nothing grants it
				}
				line(first(i, "nearly"), near)
			}
			for i, c := range g.checks[:min(len(g.checks), maxChecks)] {
				line(first(i, "check"), c)
			}
		}
	}
	if e.Next != "" && r.Source != probe.FromManifests { // there it would need the manifests again
		b.WriteString("  " + p.label("next", indent-2) + p.paint(CalledAs(o.Program, e.Next), cyan) + "\n")
	}
}

// inside prints a problem as a part of what it explains.
func (p textPrinter) inside(b *bufio.Writer, whole *probe.Report, x probe.Problem) {
	const margin = "    "
	var text bytes.Buffer
	within := bufio.NewWriter(&text)
	if p.width > 2*len(margin) {
		p.width -= len(margin)
	}
	p.problem(within, whole, x, "problem "+x.ID, false)
	_ = within.Flush() // a buffer takes everything
	for line := range strings.Lines(text.String()) {
		b.WriteString(margin + line)
	}
}

func (p textPrinter) whyMark(a why.Answer) string {
	switch {
	case a == why.Yes:
		return p.glyph(markOf(matrix.Missing, matrix.Error, matrix.Allow))
	case a == why.Unknown:
		return p.glyph(MarkUndetermined)
	case p.ascii:
		return "*"
	default:
		return "•"
	}
}

// whyTitle names what an entry is about.
func whyTitle(e why.Entry) string {
	if e.Subject == nil || len(e.Accesses) == 0 || e.Object != nil && e.Says != "" {
		switch {
		case e.Object != nil:
			return safetext.Printable(e.Object.String())
		case e.Subject != nil:
			return subjectOf(*e.Subject)
		default:
			return e.Guards[0].Who()
		}
	}
	var all accesses
	for _, a := range e.Accesses {
		all.add(a)
	}
	return subjectOf(*e.Subject) + " " + strings.Join(all.sentences(), "; ")
}

// whyAnswer says whether permissions are the cause, and why that is the answer.
func whyAnswer(e why.Entry) string {
	switch e.Permissions {
	case why.Yes:
		return "Permissions are the cause: " + e.Because
	case why.No:
		return "Permissions are not the cause: " + e.Because
	default:
		return "It is not known: " + e.Because
	}
}

// whySummary counts the answers; "" for one refusal, of which everything is said.
func whySummary(r *why.Report) string {
	counts := map[why.Answer]int{}
	for _, e := range r.Entries {
		counts[e.Permissions]++
	}
	not := "not for "
	if counts[why.Yes] == 0 {
		not = "permissions are not the cause for "
	}
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{counts[why.Yes], "permissions are the cause for "}, {counts[why.No], not}, {counts[why.Unknown], "it is not known for "}} {
		if part.n > 0 {
			parts = append(parts, part.text+count(part.n))
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case r.Text && len(r.Entries) == 1:
		return ""
	case r.Text:
		return counted(len(r.Entries), "part") + ": " + text
	case len(r.Entries) == 0:
		text = "no Flux object is reported as not ready"
	default:
		text = counted(len(r.Entries), "Flux object") + " not ready: " + text
	}
	text += "; " + count(r.Ready) + " ready"
	if r.Source != "" {
		text += ", by the status in the manifests"
	}
	return text
}
