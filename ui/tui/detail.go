// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
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

// below says whether lines are left below a pane of height h.
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
	if i == none {
		text := "blank: not asked"
		if m.account == nil {
			text = "choose an account for its checks"
		}
		d.lines = append(d.lines, fit(" "+text, w))
		return
	}
	e, f := m.board.matrix.Expectations[i], m.board.findings[i]
	m.verdictLines(i, e, f)
	m.part("who", e.Subject.String())
	review, asks := e.Access()
	if asks {
		m.part("access", accessText(review.Attributes))
		m.part("wants", string(e.Want))
	}
	m.part("why", e.Because)
	m.part("from", originText(e.Origin))
	m.part("found", cmp.Or(f.Observed, e.Observed))
	m.part("waived", f.Waiver.String())
	if asks && e.Settled == "" && f.Verdict != "" {
		answerer := "server"
		if m.header.Source != "" {
			answerer = "answer"
		}
		m.part(answerer, cmp.Or(f.Reason, "(no reason given)"))
		m.part("by", f.Via)
	}
	if f.Verdict != matrix.Pass {
		m.part("next", e.Hint)
	}
	if d.explainedCheck == i {
		m.part("rbac", strings.Join(d.explanation, "\n"))
	}
	m.part("docs", "docs/checks.md#"+strings.ToLower(e.Code))
	if asks {
		m.command(probe.CanI(review))
	}
}

// command adds the command that repeats a review, over the whole width.
func (m *Model) command(command string) {
	w := m.layout.detail.w
	m.detail.lines = append(m.detail.lines, blank(w), m.styles.faint.text(fit(" repeat it (y copies):", w)))
	for _, line := range wrap(plain(probe.Printable(command)), w-2) {
		m.detail.lines = append(m.detail.lines, " "+fit(line, w-1))
	}
}

// verdictLines are the mark and the verdict, the code, and what the verdict was.
func (m *Model) verdictLines(i int, e matrix.Expectation, f probe.Finding) {
	w, verdict := m.layout.detail.w, string(f.Verdict)
	if verdict == "" {
		verdict = "not answered yet"
	}
	if m.board.asking[i] {
		verdict += ", asked again"
	}
	if was, ok := m.board.was[i]; ok {
		verdict += ", was " + string(was)
	}
	code := plain(e.Code) + " " + string(e.Severity)
	m.detail.lines = append(m.detail.lines,
		" "+m.styles.marks[markOf(&f)]+m.styles.bold.text(" "+fit(verdict, w-4-width(code)))+m.styles.faint.text(code+" "))
}

// part adds a named part, wrapped, if there is anything to say.
func (m *Model) part(name, text string) {
	if text == "" {
		return
	}
	w := m.layout.detail.w
	for _, paragraph := range strings.Split(text, "\n") {
		for _, line := range wrap(plain(probe.Printable(paragraph)), w-nameWidth-3) {
			m.detail.lines = append(m.detail.lines, " "+m.styles.faint.text(fit(name, nameWidth))+" "+fit(line, w-nameWidth-2))
			name = ""
		}
	}
}

// accessText is what a review asks, in words.
func accessText(a matrix.Attributes) string {
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

// originText is the object and field that a check was derived from.
func originText(o matrix.Origin) string {
	text := o.String()
	if o.Field != "" {
		text += ", " + o.Field
	}
	if o.Release != "" {
		text += ", Flux " + o.Release
	}
	if o.File != "" {
		text += ", " + o.File + ":" + strconv.Itoa(o.Line)
	}
	return text
}
