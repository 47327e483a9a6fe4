// SPDX-License-Identifier: Apache-2.0

// Package safetext makes text from a cluster safe to show and to paste. It has no dependencies, so that
// every package can use it where it builds a message or a command.
package safetext

import (
	"strings"
	"unicode"
)

// Printable makes one safe line of text that came from a cluster: control characters and the
// invisible ones that reorder text are dropped, line breaks and tabs become spaces, runs of spaces
// become one, and those around the text are dropped. Names and reasons can hold terminal escapes that webhooks or aggregated APIs
// put there.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// plain is the common case, printable ASCII with single spaces between words, which costs no copy.
func plain(s string) bool {
	space := true // the character before is a space, or there is none
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && space {
			return false
		}
		space = s[i] == ' '
	}
	return s == "" || !space
}

// Quote returns s as one word of a POSIX shell: names that anybody can choose in a cluster must not
// run as commands when a person pastes a hint.
func Quote(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+=,", r)
	}
	if s != "" && strings.TrimFunc(s, safe) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Block makes text of several lines safe to show: each line loses its control characters and the invisible ones that
// reorder text, and keeps its spaces.
func Block(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r == '\u2028' || r == '\u2029', unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}
