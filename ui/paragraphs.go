// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// paragraph is what findings share that have the same cause: only their accesses differ.
type paragraph struct {
	same   probe.Finding // without access and hint
	hint   string        // of the first
	rows   []matrix.Attributes
	verbs  map[matrix.Attributes][]string
	access bool
}

// paragraphs tell the findings that are worth words: the failed ones, with all those that are no
// plain pass, and what was settled by reading.
func (p pen) paragraphs(findings []probe.Finding, all bool) []string {
	order := causes(findings, func(f probe.Finding) bool {
		return f.Failed() && (all || f.Severity != matrix.Info) || all && (f.Verdict != matrix.Pass || f.Access == nil)
	})
	text := make([]string, len(order))
	for i, q := range order {
		text[i] = p.tell(q)
	}
	return text
}

// causes are the findings that are kept, by what they share, in order of first appearance.
func causes(findings []probe.Finding, keep func(probe.Finding) bool) []*paragraph {
	var order []*paragraph
	type key struct {
		same   probe.Finding
		access bool
	}
	byCause := make(map[key]*paragraph)
	for _, f := range findings {
		if !keep(f) {
			continue
		}
		cause := f
		cause.Access, cause.Hint, cause.Index = nil, "", 0
		k := key{cause, f.Access != nil}
		q := byCause[k]
		if q == nil {
			q = &paragraph{same: cause, hint: f.Hint, verbs: make(map[matrix.Attributes][]string), access: k.access}
			byCause[k] = q
			order = append(order, q)
		}
		q.add(f)
	}
	return order
}

func (q *paragraph) add(f probe.Finding) {
	if f.Access == nil {
		return
	}
	row := rowOf(*f.Access)
	if q.verbs[row] == nil {
		q.rows = append(q.rows, row)
	}
	if !slices.Contains(q.verbs[row], f.Access.Verb) {
		q.verbs[row] = append(q.verbs[row], f.Access.Verb)
		slices.SortFunc(q.verbs[row], matrix.CompareVerbs)
	}
}

// tell writes a paragraph: what is wrong, why it is expected, what the server said, what to do.
func (p pen) tell(q *paragraph) string {
	f := q.same
	code := probe.Printable(f.Code)
	indent := ansi.StringWidth(code) + 4
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(p.wrap(strings.Repeat(" ", indent)+s, indent+2) + "\n")
		}
	}
	head := p.mark(f.Verdict, f.Severity) + " " + code + "  "
	if f.Severity != matrix.Error && f.Failed() {
		head += p.paint(string(f.Severity), yellow) + ": "
	}
	b.WriteString(p.wrap(head+q.claim(), indent) + "\n")
	for _, row := range q.rows[min(1, len(q.rows)):] {
		line("also " + sentence(row, q.verbs[row]))
	}
	line(because(f))
	if why := waived(f); why != "" {
		line("waived: " + why)
	}
	switch reason := probe.Printable(f.Reason); {
	case f.Observed != "" && q.access:
		line("read: " + probe.Printable(f.Observed))
	case f.Observed != "" || f.Want == "":
	case f.Verdict == matrix.Undetermined:
		line("reason: " + orNone(reason))
	default:
		line(p.answerer + ": " + orNone(reason))
	}
	if via := probe.Printable(f.Via); via != "" {
		line("by: " + via)
	}
	if hint := probe.Printable(q.hint); hint != "" && f.Failed() {
		line("next: " + hint)
	}
	return b.String()
}

func orNone(reason string) string {
	if reason == "" {
		return "(no reason given)"
	}
	return reason
}

// claim is the first line: who may, or may not, do what; or what was read.
func (q *paragraph) claim() string {
	what := ""
	if q.access {
		what = sentence(q.rows[0], q.verbs[q.rows[0]])
	}
	return claim(q.same, what)
}

// claim says in a line what came of f; what is the access that f is about, if any.
func claim(f probe.Finding, what string) string {
	who := subjectOf(f.Subject)
	if what == "" {
		text := probe.Printable(f.Observed)
		if text == "" {
			text = string(f.Verdict)
		}
		if who == "" {
			return text
		}
		return who + ": " + text
	}
	switch {
	case f.Verdict == matrix.Undetermined:
		return "could not tell whether " + who + " may " + what
	case f.Verdict == matrix.Excess:
		return who + " may " + what + ", and must not"
	case f.Verdict == matrix.Missing, f.Verdict == matrix.Pass && f.Want == matrix.Deny:
		return who + " may not " + what
	case f.Verdict == matrix.Pass && f.Want == matrix.Allow:
		return who + " may " + what
	case f.Want == matrix.Deny && f.Verdict == matrix.Waived:
		return who + " may " + what + ": waived"
	default:
		return who + " may not " + what + ": " + string(f.Verdict)
	}
}

// because is why the check is there and where it comes from.
func because(f probe.Finding) string {
	text, origin := probe.Printable(f.Because), probe.Printable(f.Origin.String())
	if f.Origin.Field != "" {
		origin += " " + probe.Printable(f.Origin.Field)
	}
	if f.Origin.Release != "" && !strings.Contains(text, f.Origin.Release) {
		origin = strings.TrimLeft(origin+", Flux "+probe.Printable(f.Origin.Release), " ,")
	}
	if strings.Contains(text, origin) {
		origin = ""
	}
	if place := place(f.Origin); place != "" && !strings.Contains(origin, place) {
		origin = strings.TrimLeft(origin+", "+place, " ,")
	}
	switch {
	case origin == "":
		return text
	case text == "":
		return origin
	default:
		return text + " (" + origin + ")"
	}
}

// place is the file and line of an origin; empty when it has none.
func place(o matrix.Origin) string {
	if o.File == "" {
		return ""
	}
	return probe.Printable(o.File) + ":" + decimal(o.Line)
}
