// SPDX-License-Identifier: Apache-2.0

package ui

import "github.com/flux-probe/flux-probe/probe"

// style is the parameter of an SGR sequence (ECMA-48 8.3.117).
type style string

const (
	plain   style = ""
	bold    style = "1"
	faint   style = "2"
	green   style = "32"
	yellow  style = "33"
	cyan    style = "36"
	failing style = "1;31"
	excess  style = "1;35"
)

var styles = [...]style{NoColor: plain, Faint: faint, Green: green, Cyan: cyan, Yellow: yellow, Red: failing, Magenta: excess}

// textPrinter draws the parts of the text formats that depend on the terminal.
type textPrinter struct {
	color  bool
	ascii  bool
	width  int
	height int
	saved  bool // the report is shown later than it was made

	options  Options
	answerer string // who answered
}

func newTextPrinter(o Options) textPrinter {
	return textPrinter{color: o.Color, ascii: o.ASCII, saved: o.Saved, width: o.Width, height: o.Height, options: o, answerer: answerer("")}
}

func (p textPrinter) paint(s string, as style) string {
	if !p.color || as == plain || s == "" {
		return s
	}
	return "\x1b[" + string(as) + "m" + s + "\x1b[m"
}

// glyph returns m as it is drawn.
func (p textPrinter) glyph(m Mark) string { return p.paint(m.Glyph(p.ascii), styles[m.Color()]) }

// mark returns the mark of a verdict as it is drawn.
func (p textPrinter) mark(f *probe.Finding) string { return p.glyph(MarkOf(f)) }

// separator stands between the parts of one line.
func (p textPrinter) separator() string {
	if p.ascii {
		return " | "
	}
	return " · "
}

// ellipsis stands for what was left out.
func (p textPrinter) ellipsis() string {
	if p.ascii {
		return "..."
	}
	return "…"
}
