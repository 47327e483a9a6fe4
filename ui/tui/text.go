// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/ui"
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

// cutMark stands where a text was cut; a frame of ASCII has asciiCutMark in its place.
const (
	cutMark      = "…"
	asciiCutMark = "~"
)

// fit cuts or pads s, which holds no styling, to exactly n cells.
func fit(s string, n int) string {
	if n <= 0 {
		return ""
	}
	w := width(s)
	if w > n {
		s = ansi.Truncate(s, n, cutMark)
		w = width(s)
	}
	return s + blank(n-w)
}

// fitAccount is fit for namespace/name of an account that is alone in its namespace: the name gives way, since
// many namespaces have an account of the same name.
func fitAccount(s string, n int) string {
	namespace, _, ok := strings.Cut(s, "/")
	if !ok || width(namespace)+leastName <= n {
		return fit(s, n)
	}
	return fitMiddle(namespace, n)
}

const (
	leastName      = 3 // cells of a name, and the slash before it
	leastNamespace = 4 // cells of a namespace that is cut
)

// fitMiddle is fit, and cuts in the middle: flux-staging and flux-system begin alike.
func fitMiddle(s string, n int) string {
	w := width(s)
	if w <= n || n < leastNamespace {
		return fit(s, n)
	}
	end := (n - 1) / 2
	return fit(ansi.Truncate(s, n-1-end, "")+cutMark+ansi.TruncateLeft(s, w-end, ""), n)
}

// wrap breaks s into lines of at most n cells, at spaces: a hyphen is part of a name or a flag. Only a
// word that is longer than a line is cut, if it can be between namespace and name.
func wrap(s string, n int) []string {
	if n < 2 {
		return nil
	}
	var lines []string
	words := strings.Fields(s)
	for i, word := range words {
		if width(word) > n && strings.Count(word, "/") == 1 { // no address, and no path
			words[i] = strings.Replace(word, "/", "/ ", 1)
		}
	}
	for _, line := range ui.Wrap(strings.TrimRight(strings.Join(words, " "), " "), n, 0) {
		for ; width(line) > n; line = ansi.TruncateLeft(line, n, "") {
			lines = append(lines, ansi.Truncate(line, n, ""))
		}
		lines = append(lines, line)
	}
	return lines
}
