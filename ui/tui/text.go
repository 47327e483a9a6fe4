// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// plain makes s safe to lay out: what is left takes one or two cells in every terminal, whatever a
// cluster named its objects. Control and format characters and combining marks are dropped; what
// terminals disagree about (emoji, conjoining letters, fillers) becomes a question mark.
func plain(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', unicode.Is(unicode.Z, r):
			return ' '
		case unicode.In(r, unicode.C, unicode.M), r == 0x0e33, r == 0x0eb3, r == unicode.ReplacementChar:
			return -1
		case r >= 0x1f000, r >= 0x1100 && r <= 0x11ff, r == 0x3164, r == 0xffa0, r >= 0xa960 && r <= 0xa97f, r >= 0xd7b0 && r <= 0xd7ff:
			return '?'
		case r >= 0x2300 && r <= 0x23ff, r >= 0x2600 && r <= 0x27bf, r >= 0x2b00 && r <= 0x2bff:
			return '?' // symbols with an emoji form; the marks that the UI draws itself do not pass here
		}
		return r
	}, s)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// width is the number of cells that s takes; s holds no styling.
func width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

const spaces = "                                                                                                                                "

// blank is n spaces.
func blank(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(spaces):
		return spaces[:n]
	default:
		return strings.Repeat(" ", n)
	}
}

// fit cuts or pads s, which holds no styling, to exactly n cells.
func fit(s string, n int) string {
	if n <= 0 {
		return ""
	}
	w := width(s)
	if w > n {
		s = ansi.Truncate(s, n, "~")
		w = width(s)
	}
	return s + blank(n-w)
}

// wrap breaks s into lines of at most n cells, at spaces: a hyphen is part of a name or a flag.
func wrap(s string, n int) []string {
	if n < 2 {
		return nil
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && width(line)+1+width(word) <= n {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for ; width(word) > n; word = ansi.TruncateLeft(word, n, "") {
			lines = append(lines, ansi.Truncate(word, n, ""))
		}
		line = word
	}
	return append(lines, line)
}
