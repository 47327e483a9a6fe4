// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/explain"
)

func explanationText(r *explain.Report, o Options) []byte {
	var b bytes.Buffer
	p := newTextPrinter(o)
	p.answerer = answerer(r.Source)
	line := func(head, text string) {
		fmt.Fprintln(&b, p.wrap(fmt.Sprintf("%-9s%s", head, safetext.Printable(text)), 11))
	}
	fmt.Fprintln(&b, p.wrap(p.paint(safetext.Printable(r.About), bold), 2))
	for _, worth := range filled(assumption(r.Assumed), withoutCluster(r.Source)) {
		fmt.Fprintln(&b, p.wrap(p.paint(worth, yellow), 2))
	}
	for i, c := range r.Chain {
		line(first(i, "chain"), c)
	}
	line("checks", checksOf(r))
	alike := groupExplanations(r.Explanations)
	for _, g := range alike {
		p.explanation(&b, g, line)
	}
	if r.Grant != "" {
		if len(alike) > 1 {
			b.WriteByte('\n')
		}
		apply := "apply exactly this:"
		if slices.ContainsFunc(r.Explanations, func(e explain.Explanation) bool { return len(e.NearMisses) > 0 }) {
			apply = "correct what nearly grants it, or " + apply
		}
		line("next", apply)
	}
	for text := range strings.Lines(r.Grant) {
		b.WriteString("         " + strings.TrimRight(text, "\n") + "\n")
	}
	return b.Bytes()
}

// checksOf says how many checks of the matrix are about the report's access or object. An access that no
// check is about is neither right nor wrong.
func checksOf(r *explain.Report) string {
	if r.Checks == 0 && len(r.Explanations) > 0 {
		if slices.ContainsFunc(r.Explanations, func(e explain.Explanation) bool { return e.Decision == explain.Allowed }) {
			return "No check needs this access, and none forbids it."
		}
		return "No check needs this access."
	}
	text := fmt.Sprintf("%s of the matrix, %s as expected", count(r.Checks), count(r.AsExpected))
	if r.ForInformation > 0 {
		text += fmt.Sprintf(", %s for information", count(r.ForInformation))
	}
	return text
}

// explanationGroup is what several accesses share: all but what they are, and the checks about them.
type explanationGroup struct {
	*explain.Explanation // of the first
	accesses
	checks []string // the lines about them
}

// groupExplanations puts the accesses together that have the same explanation.
func groupExplanations(explanations []explain.Explanation) []*explanationGroup {
	var order []*explanationGroup
	for i := range explanations {
		e := &explanations[i]
		at := slices.IndexFunc(order, func(g *explanationGroup) bool { return g.reads(e) })
		if at < 0 {
			at = len(order)
			order = append(order, &explanationGroup{Explanation: e})
		}
		g := order[at]
		g.add(e.Access)
		for _, c := range e.Checks {
			if line := checkLine(c); !slices.Contains(g.checks, line) {
				g.checks = append(g.checks, line)
			}
		}
	}
	return order
}

func checkLine(c explain.RelatedCheck) string {
	line := fmt.Sprintf("%s %s wants %s: %s", c.Code, c.Severity, c.Want, c.Because)
	if c.Wider != nil {
		line += fmt.Sprintf(" (it asks about %s)", sentence(rowOf(*c.Wider), []string{c.Wider.Verb}))
	}
	return line
}

// reads reports whether e reads as the group does.
func (g *explanationGroup) reads(e *explain.Explanation) bool {
	return g.Subject == e.Subject && g.Decision == e.Decision && g.Verdict() == e.Verdict() && g.Reason == e.Reason && g.Unread == e.Unread &&
		g.Difference == e.Difference && slices.Equal(g.Grants, e.Grants) && slices.Equal(g.NearMisses, e.NearMisses) && slices.Equal(g.Next, e.Next)
}

// maxChecks is how many of the checks about an access are named.
const maxChecks = 6

func (p textPrinter) explanation(b *bytes.Buffer, g *explanationGroup, line func(head, text string)) {
	what := g.sentences()
	fmt.Fprintf(b, "\n%s\n", p.wrap(p.decisionMark(g.Explanation)+" "+decision(g.Explanation)+": "+subjectOf(g.Subject)+" "+what[0], 2))
	for i, also := range what[1:] {
		line(first(i, "also"), also)
	}
	line(p.answerer, orNone(ReasonOf(g.Reason)))
	if g.Difference != "" {
		line("but", g.Difference)
	}
	for i, grant := range g.Grants {
		line(first(i, "granted"), grant)
	}
	for i, n := range g.NearMisses {
		line(first(i, "nearly"), n)
	}
	if g.Unread != "" {
		line("unread", "grants and near misses are not all known: "+g.Unread)
	}
	for i, c := range g.checks {
		if left := len(g.checks) - i; i == maxChecks-1 && left > 1 {
			line("", count(left)+" more checks (-o yaml names all)")
			break
		}
		line(first(i, "check"), c)
	}
	for i, n := range g.Next {
		line(first(i, "next"), n)
	}
}

// decision is the answer in words. A refusal that a check wants is not a fault.
func decision(e *explain.Explanation) string {
	if e.Decision != explain.Denied || e.Verdict() != matrix.Pass {
		return string(e.Decision)
	}
	var required []string
	for _, c := range e.Checks {
		if c.Want == matrix.Deny && !slices.Contains(required, c.Code) {
			required = append(required, c.Code)
		}
	}
	verb := " requires"
	if len(required) > 1 {
		verb = " require"
	}
	return "denied, as " + strings.Join(required, " and ") + verb
}

// decisionMark is the mark of an answer. An answer that no check is about has a neutral one.
func (p textPrinter) decisionMark(e *explain.Explanation) string {
	switch v := e.Verdict(); {
	case v == matrix.Pass && e.Decision == explain.Denied:
		return p.glyph(MarkDenied)
	case v != "":
		return p.glyph(markOf(v, matrix.Error, ""))
	case p.ascii:
		return "*"
	default:
		return "•"
	}
}

// first is the word before the first of several lines.
func first(i int, word string) string {
	if i > 0 {
		return ""
	}
	return word
}
