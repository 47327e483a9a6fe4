// SPDX-License-Identifier: Apache-2.0

package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzPrintable wants one line that a terminal shows and does nothing else with, and a word that a shell reads back.
func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"plain", " a  b ", "é  b", "\x1b[2J\x07", "a\r\nb\tc", "\u202egnp.exe", "\xff\xfe", "\u00a0x\u00a0", "it's", "", "$(id)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Printable(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }) {
			t.Errorf("Printable(%q) = %q has a character that does something to a terminal", s, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("Printable(%q) = %q has spaces around it or a run of spaces", s, got)
		}
		if again := Printable(got); again != got {
			t.Errorf("Printable(%q) = %q, and once more %q", s, got, again)
		}
		if !strings.ContainsRune(s, 0) { // which no shell has in a word
			if word := unquote(t, Quote(s)); word != s {
				t.Errorf("a shell reads Quote(%q) as %q", s, word)
			}
		}
	})
}

// unquote reads a word as a POSIX shell does (IEEE Std 1003.1, 2.2 Quoting), and fails where the shell would see
// more than a word.
func unquote(t *testing.T, text string) string {
	t.Helper()
	var word strings.Builder
	for text != "" {
		switch c := text[0]; {
		case c == '\'':
			inner, rest, closed := strings.Cut(text[1:], "'")
			if !closed {
				t.Fatalf("%q has an open quote", text)
			}
			word.WriteString(inner)
			text = rest
			continue
		case c == '\\' && len(text) > 1:
			word.WriteByte(text[1])
			text = text[2:]
			continue
		case strings.IndexByte(" \t\n|&;<>()$`\\\"*?[]#~{}!", c) >= 0:
			t.Fatalf("%q is special to a shell", text)
		default:
			word.WriteByte(c)
			text = text[1:]
		}
	}
	return word.String()
}
