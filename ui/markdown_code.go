// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// code is a text as a code span: the one form in which Markdown and GitHub read nothing, neither
// markup nor HTML, links, mentions nor references.
func code(s string) string {
	s = safetext.Printable(s)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > markdownText {
		s = string([]rune(s)[:markdownText]) + "…"
	}
	fence, run := 1, 0
	for i := range len(s) {
		if s[i] == '`' {
			run++
			fence = max(fence, run+1)
		} else {
			run = 0
		}
	}
	ticks := strings.Repeat("`", fence)
	if fence > 1 {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// cellOf is a text in a cell of a table, where a bar ends the cell even within a code span.
func cellOf(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
