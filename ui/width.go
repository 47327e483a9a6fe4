// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// shorten makes s fit into width cells. It cuts the middle: a resource differs at its start, a
// scope at its end.
func (p textPrinter) shorten(s string, width int) string {
	full := ansi.StringWidth(s)
	if full <= width {
		return s
	}
	dots := p.ellipsis()
	room := width - ansi.StringWidth(dots)
	if room < 2 {
		return ansi.Truncate(s, width, "")
	}
	tail := room / 3
	end := ansi.TruncateLeft(s, full-tail, "")
	for ansi.StringWidth(end) > tail { // a wide character at the cut
		tail--
		end = ansi.TruncateLeft(s, full-tail, "")
	}
	return ansi.Truncate(s, room-ansi.StringWidth(end), "") + dots + end
}

// fit shortens s to cells, which is nothing below zero, where the width is limited at all.
func (p textPrinter) fit(s string, cells int) string {
	s = apart(s)
	if p.width <= 0 {
		return s
	}
	return p.shorten(s, max(0, cells))
}

// apart escapes a text whose width is disputed: one that the tables count in another way than the rest of the program,
// and one that joins the spaces beside it into one character, such as a combining mark without a letter before
// it. No two terminals agree on where the next column begins, either.
func apart(s string) string {
	width := ansi.StringWidth(s)
	if ansi.StringWidth(" "+s+" ") == width+2 && twwidth.WidthWithOptions(s, twwidth.Options{}) == width {
		return s
	}
	quoted := strconv.QuoteToASCII(s)
	return quoted[1 : len(quoted)-1]
}

// wrap breaks s as Wrap does, where the width is limited at all.
func (p textPrinter) wrap(s string, indent int) string {
	if p.width <= 0 {
		return s
	}
	return strings.Join(Wrap(s, p.width, indent), "\n")
}

// Wrap breaks s at spaces into lines of at most width cells, those after the first indented. A word is
// never broken, so that a name can be copied.
func Wrap(s string, width, indent int) []string {
	if ansi.StringWidth(s) <= width {
		return []string{s}
	}
	body := strings.TrimLeft(s, " ")
	lead := s[:len(s)-len(body)]
	var lines []string
	line, used := lead, ansi.StringWidth(lead)
	first := true
	for word := range strings.SplitSeq(body, " ") {
		w := ansi.StringWidth(word)
		if !first && used+1+w > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used, first = strings.Repeat(" ", indent), indent, true
		}
		if !first {
			line, used = line+" ", used+1
		}
		line, used, first = line+word, used+w, false
	}
	return append(lines, strings.TrimRight(line, " "))
}
