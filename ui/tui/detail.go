// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// detail is the pane about the check under the cursor. Its lines are made when that check, its
// finding or the width changes, not per frame.
type detail struct {
	stale bool
	top   int
	check int
	lines []string // of exactly the pane's width, styled

	explainedCheck int
	explanation    []string

	note *note // shown in place of the check; nil for the check
}

// note is a text that is shown in place of the detail, until the cursor moves or esc closes it.
type note struct {
	title, text string
	check       int // that was selected then
}

// showNote shows a text in place of the detail.
func (m *Model) showNote(n *note) {
	m.setFocus(paneDetail)
	n.check = m.selected()
	m.detail.note, m.detail.top, m.detail.stale = n, 0, true
}

// showMessages shows the last messages, the newest first.
func (m *Model) showMessages() {
	if len(m.messages) == 0 {
		m.setStatus("there are no messages")
		return
	}
	lines := slices.Clone(m.messages)
	slices.Reverse(lines)
	m.showNote(&note{title: "messages", text: strings.Join(lines, "\n")})
}

// noteLines are the lines of a note. Those that are too long are broken: what is copied is the text.
func (m *Model) noteLines(n *note) {
	w := m.layout.detail.w
	for line := range strings.Lines(n.text) {
		line = plain(strings.TrimRight(line, "\n"))
		if width(line) <= w-2 { // as it stands: a patch is indented behind its sign
			m.detail.lines = append(m.detail.lines, fit(" "+line, w))
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		for i, part := range wrap(line, w-indent-2) {
			m.detail.lines = append(m.detail.lines, fit(" "+blank(min(indent+2*min(i, 1), w-2))+part, w))
		}
	}
}

const nameWidth = 6 // of the words before each part

// drawDetail writes line i of the pane.
func (m *Model) drawDetail(b *strings.Builder, i int) {
	if i += m.detail.top; i < len(m.detail.lines) {
		b.WriteString(m.detail.lines[i])
		return
	}
	b.WriteString(blank(m.layout.detail.w))
}

// below reports whether lines are left below a pane of height h.
func (d *detail) below(h int) bool { return d.top+h < len(d.lines) }

func (m *Model) scrollDetail(n int) {
	if m.detail.stale {
		m.refreshDetail()
	}
	m.detail.top = max(0, min(m.detail.top+n, len(m.detail.lines)-m.layout.detail.h))
}

func (m *Model) refreshDetail() {
	d := &m.detail
	i := m.selected()
	if i != d.check {
		d.top = 0
	}
	d.stale, d.check, d.lines = false, i, d.lines[:0]
	w := m.layout.detail.w
	if d.note != nil && d.note.check != i {
		d.note = nil
	}
	if d.note != nil {
		m.noteLines(d.note)
		return
	}
	if i == none {
		text := "blank: not checked"
		switch {
		case len(m.tree.lines) == 0:
			text = ""
		case m.account == nil:
			text = "enter unfolds and folds this line; its accounts show their checks"
		}
		d.lines = append(d.lines, fit(" "+text, w))
		return
	}
	f := &m.results.findings[i]
	m.verdictLines(i, f)
	x := m.problemOf(i)
	if x != nil {
		m.part("cause", ui.CauseText(x.Cause))
		m.part("fix", x.Fix.Summary)
	}
	if d.explainedCheck == i {
		m.part("rbac", strings.Join(d.explanation, "\n"))
	}
	m.part("who", f.Subject.String())
	if f.Access != nil {
		m.part("access", accessText(*f.Access))
		m.part("expect", expected(f.Want))
	}
	m.part("why", f.Because)
	m.part("from", originText(f.Origin.Get()))
	m.part("found", f.Observed)
	m.part("leads", path(f))
	if f.Verdict == matrix.InBaseline {
		m.part("known", f.Waiver.Get().String())
	} else {
		m.part("waived", f.Waiver.Get().String())
	}
	if f.Access != nil && !observed(f) && f.Verdict != "" {
		answerer := "server"
		if m.header.Source != "" {
			answerer = "answer"
		}
		m.part(answerer, cmp.Or(ui.ReasonOf(f.Reason), answered(f)+", no reason given"))
		m.part("by", f.Via)
	}
	if f.Verdict != matrix.Pass && x == nil { // else the fix is the next step
		m.part("next", ui.CalledAs(m.options.Program, f.Hint))
	}
	m.part("docs", ui.DocumentationOf(f.Code))
	if review, ok := reviewOf(f); ok {
		m.command(probe.CanI(review))
	}
}

// command adds the command that repeats a review, over the whole width.
func (m *Model) command(command string) {
	w := m.layout.detail.w
	m.detail.lines = append(m.detail.lines, blank(w), m.styles.faint.text(fit(" reproduce it (y copies):", w)))
	for _, line := range wrap(plain(safetext.Printable(command)), w-2) {
		m.detail.lines = append(m.detail.lines, " "+fit(line, w-1))
	}
}

// verdictLines are the mark and the verdict, the code, and what the verdict was.
func (m *Model) verdictLines(i int, f *probe.Finding) {
	w, verdict := m.layout.detail.w, string(f.Verdict)
	if verdict == "" {
		verdict = "not answered yet"
	}
	if m.results.asking[i] {
		verdict += ", asked again"
	}
	if previous, ok := m.results.previous[i]; ok {
		verdict += ", was " + string(previous)
	}
	code := plain(f.Code) + " " + string(f.Severity)
	m.detail.lines = append(m.detail.lines,
		" "+m.styles.marks[markOf(f)]+m.styles.bold.text(" "+fit(verdict, w-4-width(code)))+m.styles.faint.text(code+" "))
}

// part adds a named part, wrapped, unless it is empty.
func (m *Model) part(name, text string) {
	if text == "" {
		return
	}
	w := m.layout.detail.w
	for _, paragraph := range strings.Split(text, "\n") {
		for _, line := range wrap(plain(safetext.Printable(paragraph)), w-nameWidth-3) {
			m.detail.lines = append(m.detail.lines, " "+m.styles.faint.text(fit(name, nameWidth))+" "+fit(line, w-nameWidth-2))
			name = ""
		}
	}
}

// accessText is what a review asks, in words.
func accessText(a matrix.Access) string {
	text := a.Verb + " " + a.GroupResource()
	switch {
	case a.Path != "":
	case a.Name != "" && a.Namespace != "":
		text += " " + a.Namespace + "/" + a.Name
	case a.Name != "":
		text += " " + a.Name
	case a.Namespace != "":
		text += " in " + a.Namespace
	default:
		text += ", cluster-wide"
	}
	return text
}

// expected is what a check expects the answer to be.
func expected(want matrix.Effect) string {
	switch want {
	case matrix.Allow:
		return "allowed"
	case matrix.Deny:
		return "denied"
	default:
		return ""
	}
}

// answered is what the answer to a check was.
func answered(f *probe.Finding) string {
	switch {
	case f.Verdict == matrix.Undetermined:
		return "undetermined"
	case f.Verdict == matrix.Excess, f.Verdict == matrix.Pass && f.Want == matrix.Allow, f.Verdict == matrix.Waived && f.Want == matrix.Deny:
		return "allowed"
	default:
		return "denied"
	}
}

// originText is the object and field that a check was derived from.
func originText(o matrix.Origin) string {
	parts := []string{o.String(), o.Field}
	if o.Release != "" {
		parts = append(parts, "Flux "+o.Release)
	}
	if o.File != "" {
		parts = append(parts, o.File+":"+strconv.Itoa(o.Line))
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}
