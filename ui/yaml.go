// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// encodeYAML prints a struct, or a list of them, in block style, with the names and the order of fields
// that encoding/json gives it. sigs.k8s.io/yaml would sort the fields by name and take eight seconds for
// 100,000 findings, which take half a second here.
func encodeYAML(b *bufio.Writer, document any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(document); err != nil {
		return err
	}
	y := yamlWriter{b, text.Bytes()}
	if y.next() == '[' {
		y.items(0)
	} else {
		y.fields(0, false)
	}
	return nil
}

// yamlWriter prints compact JSON, as encoding/json makes it, as YAML. Its writer keeps the first error.
type yamlWriter struct {
	*bufio.Writer
	json []byte // what is left of it
}

// next reads one character of JSON.
func (y *yamlWriter) next() byte {
	c := y.json[0]
	y.json = y.json[1:]
	return c
}

// fields prints the fields of an object up to its closing brace, each on a line; with inline the first
// one follows a dash.
func (y *yamlWriter) fields(indent int, inline bool) {
	for c := byte(','); c == ','; c = y.next() {
		if !inline {
			y.indent(indent)
		}
		inline = false
		y.scalar()
		y.WriteByte(y.next()) // the colon
		y.value(indent)
	}
}

// value prints what follows the colon of a field or the dash of an item.
func (y *yamlWriter) value(indent int) {
	switch text := y.json; {
	case text[0] == '{' && text[1] != '}':
		y.next()
		y.WriteByte('\n')
		y.fields(indent+2, false)
	case text[0] == '[' && text[1] != ']':
		y.next()
		y.WriteByte('\n')
		y.items(indent)
	default:
		y.WriteByte(' ')
		y.scalar()
		y.WriteByte('\n')
	}
}

// items prints the items of a list up to its closing bracket, with their dashes under the name of it.
func (y *yamlWriter) items(indent int) {
	for c := byte(','); c == ','; c = y.next() {
		y.indent(indent)
		y.WriteByte('-')
		if y.json[0] == '{' && y.json[1] != '}' {
			y.next()
			y.WriteByte(' ')
			y.fields(indent+2, true)
		} else {
			y.value(indent + 2)
		}
	}
}

func (y *yamlWriter) indent(n int) {
	for range n {
		y.WriteByte(' ')
	}
}

// scalar prints a string, a number or another word, or an empty object or list. A string stays as JSON
// quotes it, which is YAML as well, unless it needs no quotes.
func (y *yamlWriter) scalar() {
	end := 2 // of {} and []
	switch y.json[0] {
	case '{', '[':
	case '"':
		for end = 1; y.json[end] != '"'; end++ {
			if y.json[end] == '\\' {
				end++
			}
		}
		end++
		if text := y.json[1 : end-1]; yamlPlain(string(text)) {
			y.Write(text)
			y.json = y.json[end:]
			return
		}
	default:
		end = bytes.IndexAny(y.json, ",]}")
	}
	for text := y.json[:end]; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		if yamlPrintable(r) {
			y.Write(text[:size])
		} else {
			_, _ = fmt.Fprintf(y, `\u%04x`, r) // its bufio.Writer keeps the first error
		}
		text = text[size:]
	}
	y.json = y.json[end:]
}

// yamlPrintable reports whether YAML 1.2 (section 5.1) lets r stand for itself; all that it does not are
// below U+10000.
func yamlPrintable(r rune) bool {
	return r >= ' ' && r <= '~' || r == '\u0085' || r >= '\u00a0' && r != '\ufeff' && r != '\ufffe' && r != '\uffff'
}

// yamlPlain reports whether s needs no quotes: words of ASCII that begin with a letter, hold nothing
// that YAML reads as structure, and are no word for a truth value, null or a number.
func yamlPlain(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return false
	}
	if first := s[0] | 0x20; first < 'a' || first > 'z' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_./,()*", c) >= 0:
		case c == ' ' && s[i+1] != '#', c == ':' && s[i+1] != ' ':
		default:
			return false
		}
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return true
}
