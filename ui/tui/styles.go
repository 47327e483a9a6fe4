// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/flux-probe/flux-probe/ui"
)

// paint is a style as the escape sequences before and after the text: painting is concatenation, so
// that a frame costs no rendering of styles.
type paint struct{ on, off string }

func (p paint) text(s string) string { return p.on + s + p.off }

func newPaint(style lipgloss.Style) paint {
	on, off, _ := strings.Cut(style.Render("x"), "x")
	return paint{on, off}
}

// styles is all that is drawn in colour, made anew when the terminal's background is known. Colour
// repeats what marks and brackets say.
type styles struct {
	bold, faint, title, active, note, warn, bad, selected paint

	// cells are the marks in their three cells, ready to draw.
	cells [ui.MarkCount][cellStates]string
	marks [ui.MarkCount]string
	rule  rules
}

// The states of a cell of the matrix.
const (
	cellPlain = iota
	cellCursor
	cellChanged
	cellCursorChanged
	cellStates
)

// rules are the characters of the frame.
type rules struct{ across, down, topLeft, topRight, bottomLeft, bottomRight, teeDown, teeUp, teeRight, teeLeft, gap string }

func newStyles(dark, colour, asciiOnly bool) styles {
	pick := func(light, darkColour string) lipgloss.Style {
		if !colour {
			return lipgloss.NewStyle()
		}
		c := lipgloss.LightDark(dark)(lipgloss.Color(light), lipgloss.Color(darkColour))
		return lipgloss.NewStyle().Foreground(c)
	}
	green, red, amber := pick("#1a7f37", "#56d364"), pick("#cf222e", "#ff7b72"), pick("#9a6700", "#e3b341")
	blue, grey := pick("#0969da", "#79c0ff"), pick("#6e7781", "#8b949e")
	cyan, magenta := pick("#1b7c83", "#39c5cf"), pick("#8250df", "#d2a8ff")
	s := styles{
		bold: newPaint(lipgloss.NewStyle().Bold(true)), faint: newPaint(grey), title: newPaint(lipgloss.NewStyle()),
		active: newPaint(blue.Bold(true)), note: newPaint(blue), warn: newPaint(amber), bad: newPaint(red.Bold(true)),
		selected: newPaint(lipgloss.NewStyle().Reverse(true)), rule: unicodeRules(),
	}
	if asciiOnly {
		s.rule = asciiRules()
	}
	colors := [...]paint{
		ui.NoColor: {}, ui.Faint: s.faint, ui.Green: newPaint(green), ui.Cyan: newPaint(cyan), ui.Yellow: newPaint(amber.Bold(true)),
		ui.Red: s.bad, ui.Magenta: newPaint(magenta.Bold(true)),
	}
	for k := range ui.MarkCount {
		glyph, p := k.Glyph(asciiOnly), colors[k.Color()]
		s.marks[k] = p.text(glyph)
		s.cells[k] = [cellStates]string{
			cellPlain:         " " + p.text(glyph) + " ",
			cellCursor:        s.bold.text("[") + p.text(glyph) + s.bold.text("]"),
			cellChanged:       " " + p.text(glyph) + s.note.text("*"),
			cellCursorChanged: s.bold.text("[") + p.text(glyph) + s.note.text("*"),
		}
	}
	return s
}

func unicodeRules() rules {
	return rules{"─", "│", "┌", "┐", "└", "┘", "┬", "┴", "├", "┤", " │ "}
}

func asciiRules() rules { return rules{"-", "|", "+", "+", "+", "+", "+", "+", "+", "+", " | "} }
