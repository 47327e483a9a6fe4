// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// paragraphs describe the findings that need words: the failed ones; with all also those that are not
// simply as expected, and those that were observed. What fails the run comes first, then the warnings.
func (p textPrinter) paragraphs(r *probe.Report, all bool) []string {
	order := groupAlike(r.Findings, func(f probe.Finding) bool {
		return needsAttention(f) || all && (f.Verdict != matrix.Pass || f.Access == nil)
	})
	rank := func(g *group) int {
		switch {
		case r.Fails(g.same):
			return 0
		case needsAttention(g.same):
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(order, func(a, b *group) int { return rank(a) - rank(b) })
	text := make([]string, len(order))
	for i, g := range order {
		text[i] = p.paragraph(g, all)
	}
	return text
}

// maxRows and maxReasons are how many further rows and how many reasons a paragraph of the short table
// names: a binding that is gone concerns every row of the grid above.
const (
	maxRows    = 6
	maxReasons = 4
)

// paragraph says what is wrong, why it is expected, what the server answered and what to do.
func (p textPrinter) paragraph(g *group, all bool) string {
	f := g.same
	code := safetext.Printable(f.Code)
	indent := ansi.StringWidth(code) + 4
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(p.wrap(strings.Repeat(" ", indent)+s, indent+2) + "\n")
		}
	}
	head := p.mark(&f) + " " + code + "  "
	if f.Severity != matrix.Error && f.Failed() {
		head += p.paint(string(f.Severity), yellow) + ": "
	}
	b.WriteString(p.wrap(head+g.claim(), indent) + "\n")
	further := g.sentences()[min(1, len(g.rows)):]
	for i, also := range further {
		if left := len(further) - i; i == maxRows && left > 1 && !all {
			line(p.ellipsis() + " also " + count(left) + " more rows of its matrix (-o wide)")
			break
		}
		line("also " + also)
	}
	for i, r := range g.reasons {
		if left := len(g.reasons) - i; i == maxReasons-1 && left > 1 && !all {
			line(p.ellipsis() + " " + count(left) + " more reasons (-o wide)")
			break
		}
		line(g.because(r))
	}
	for _, leads := range g.leads {
		line(leads)
	}
	if why := accepted(f); why != "" {
		line(acceptance(f.Verdict) + ": " + why)
	}
	switch answer := safetext.Printable(ReasonOf(f.Reason)); {
	case f.Observed != "" && g.access:
		line("read: " + safetext.Printable(f.Observed))
	case f.Observed != "" || f.Want == "":
	case f.Verdict == matrix.Undetermined:
		line("reason: " + orNone(answer))
	default:
		line(p.answerer + ": " + orNone(answer))
	}
	if via := safetext.Printable(f.Via); via != "" {
		line("by: " + via)
	}
	if next, hint := g.next(p.options); f.Failed() {
		if next != "" {
			line("next: " + next)
		}
		if hint != "" {
			line("hint: " + hint)
		}
	}
	return b.String()
}

// because returns a reason, after its verbs when other verbs have another reason.
func (g *group) because(r reason) string {
	for _, verbs := range g.verbs {
		if len(g.reasons) > 1 && len(verbs) > len(r.verbs) {
			return strings.Join(r.verbs, ", ") + ": " + r.text
		}
	}
	return r.text
}

// inPreflight is the section of what is about to be applied, which the command fix does not know.
const inPreflight = "preflight"

// next returns the command to type next about all of the group, and what to do in words. Where each access has a hint
// of its own, these are the commands that explain it: then one command fixes them together.
func (g *group) next(o Options) (command, hint string) {
	if len(g.hints) == 0 {
		return "", ""
	}
	f := g.same
	fixable := f.Section != inPreflight && (f.Verdict == matrix.Missing || f.Verdict == matrix.Excess)
	if fixable && len(g.hints) > 1 && g.access && f.Subject.Kind == matrix.KindServiceAccount {
		command = o.typed(programName + " fix --service-account " + safetext.Quote(f.Subject.String()))
	}
	hint = g.hints[0]
	if command != "" && isCommand.MatchString(hint) {
		return command, ""
	}
	if !isCommand.MatchString(hint) {
		return command, hint
	}
	command, hint, _ = strings.Cut(hint, ", or ")
	return command, hint
}

// isCommand finds out whether a hint begins with a command.
var isCommand = regexp.MustCompile(`^(\S+ )?(flux-probe|probe|kubectl) `)

func orNone(reason string) string {
	if reason == "" {
		return "(no reason given)"
	}
	return reason
}

// claim is the first line of a paragraph.
func (g *group) claim() string {
	what := ""
	if g.access {
		what = g.sentences()[0]
	}
	return claim(g.same, what)
}

// claim says in a line what the result of f is: who can, or cannot, do what; or what was read. What is
// the access that f is about, if any.
func claim(f probe.Finding, what string) string {
	who := subjectOf(f.Subject)
	if what == "" {
		text := cmp.Or(safetext.Printable(f.Observed), string(f.Verdict))
		if who == "" {
			return text
		}
		return who + ": " + text
	}
	switch {
	case f.Verdict == matrix.Undetermined:
		return "could not determine whether " + who + " can " + what
	case f.Verdict == matrix.Excess:
		return who + " can " + what + ", and must not"
	case f.Verdict == matrix.Missing, f.Verdict == matrix.Pass && f.Want == matrix.Deny:
		return who + " cannot " + what
	case f.Verdict == matrix.Pass && f.Want == matrix.Allow:
		return who + " can " + what
	case f.Want == matrix.Deny && f.Accepted():
		return who + " can " + what + ": " + acceptance(f.Verdict)
	default:
		return who + " cannot " + what + ": " + acceptance(f.Verdict)
	}
}

// because is why the check is there and where it comes from.
func because(f probe.Finding) string {
	text, origin := safetext.Printable(f.Because), safetext.Printable(f.Origin.Get().String())
	if f.Origin.Get().Field != "" {
		origin += " " + safetext.Printable(f.Origin.Get().Field)
	}
	if f.Origin.Get().Release != "" && !strings.Contains(text, f.Origin.Get().Release) {
		origin = strings.TrimLeft(origin+", Flux "+safetext.Printable(f.Origin.Get().Release), " ,")
	}
	if strings.Contains(text, origin) {
		origin = ""
	}
	if place := place(f.Origin.Get()); place != "" && !strings.Contains(origin, place) {
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
	return safetext.Printable(o.File) + ":" + decimal(o.Line)
}
