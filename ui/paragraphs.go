// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// paragraphs tell the findings that are worth words: the failed ones, with all those that are no
// plain pass, and what was settled by reading. What fails the run comes first, and then the warnings.
func (p pen) paragraphs(findings []probe.Finding, all bool) []string {
	order := causes(findings, func(f probe.Finding) bool {
		return f.Failed() && (all || f.Severity != matrix.Info) || all && (f.Verdict != matrix.Pass || f.Access == nil)
	})
	slices.SortStableFunc(order, func(a, b *cause) int { return weight(a.same) - weight(b.same) })
	text := make([]string, len(order))
	for i, c := range order {
		text[i] = p.tell(c, all)
	}
	return text
}

// weight orders paragraphs: what fails the run, warnings, and the rest.
func weight(f probe.Finding) int {
	switch {
	case failsRun(f):
		return 0
	case warns(f):
		return 1
	default:
		return 2
	}
}

// maxAlso and maxWhys are how many further rows and how many reasons a paragraph has when not all of it is
// asked for: a binding that is gone concerns every row of the matrix above.
const (
	maxAlso = 6
	maxWhys = 4
)

// tell writes a paragraph: what is wrong, why it is expected, what the server said, what to do.
func (p pen) tell(q *cause, all bool) string {
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
	further := q.sentences()[min(1, len(q.rows)):]
	for i, also := range further {
		if left := len(further) - i; i == maxAlso && left > 1 && !all {
			line("… also " + count(left) + " more rows of its matrix (-o wide)")
			break
		}
		line("also " + also)
	}
	for i, why := range q.whys {
		if left := len(q.whys) - i; i == maxWhys-1 && left > 1 && !all {
			line("… " + count(left) + " more reasons (-o wide)")
			break
		}
		line(q.because(why))
	}
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
	if hint := q.hint(); hint != "" && f.Failed() {
		line("next: " + hint)
	}
	return b.String()
}

// because is a reason, after the verbs that it is about when others have another.
func (q *cause) because(w why) string {
	for _, verbs := range q.verbs {
		if len(q.whys) > 1 && len(verbs) > len(w.verbs) {
			return strings.Join(w.verbs, ", ") + ": " + w.text
		}
	}
	return w.text
}

// hint is what to do about all of the cause. Where each access has a hint of its own, those are the
// commands that explain it; then one command settles them together, and the first explanation stays.
func (q *cause) hint() string {
	if len(q.hints) == 0 {
		return ""
	}
	of := q.same
	settles := of.Verdict == matrix.Missing || of.Verdict == matrix.Excess
	if settles && len(q.hints) > 1 && q.access && of.Subject.Kind == matrix.KindServiceAccount {
		return "flux-probe fix --service-account " + probe.Printable(of.Subject.String()) + ", or " + q.hints[0]
	}
	return q.hints[0]
}

func orNone(reason string) string {
	if reason == "" {
		return "(no reason given)"
	}
	return reason
}

// claim is the first line: who may, or may not, do what; or what was read.
func (q *cause) claim() string {
	what := ""
	if q.access {
		what = q.sentences()[0]
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
