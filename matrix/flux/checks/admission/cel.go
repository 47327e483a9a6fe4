// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"slices"
	"strings"
)

// token is a part of an expression in CEL: a name, a string, a number, or an operator.
type token struct {
	kind tokenKind
	text string // of a string, without its quotes
}

type tokenKind int

const (
	name tokenKind = iota
	literal
	number
	operator
)

func (t token) is(text string) bool { return t.kind == operator && t.text == text }

// tokens divides an expression. It is false for one that it cannot read, of which nothing is to be concluded. Strings
// with escapes, and raw and triple-quoted ones, are of that kind.
func tokens(text string) ([]token, bool) {
	var all []token
	for text != "" {
		first := rune(text[0]) // outside of strings and comments, CEL is ASCII
		n := 1
		switch {
		case strings.ContainsRune(" \t\r\n\f", first):
			text = text[1:]
			continue
		case strings.HasPrefix(text, "//"):
			_, text, _ = strings.Cut(text, "\n")
			continue
		case isLetter(first):
			n = length(text, func(r rune) bool { return isLetter(r) || isDigit(r) })
			if n < len(text) && (text[n] == '"' || text[n] == '\'') {
				return nil, false // the prefix of a string
			}
			all = append(all, token{name, text[:n]})
		case isDigit(first):
			n = length(text, func(r rune) bool { return r == '.' || isLetter(r) || isDigit(r) })
			all = append(all, token{number, text[:n]})
		case first == '"' || first == '\'':
			content, _, closed := strings.Cut(text[1:], text[:1])
			if n = len(content) + 2; !closed || strings.ContainsAny(content, "\\\n") || strings.HasPrefix(text[n:], text[:1]) {
				return nil, false
			}
			all = append(all, token{literal, content})
		default:
			if slices.Contains([]string{"&&", "||", "==", "!=", "<=", ">="}, text[:min(2, len(text))]) {
				n = 2
			}
			all = append(all, token{operator, text[:n]})
		}
		text = text[n:]
	}
	return all, balanced(all)
}

func isLetter(r rune) bool { return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// length is how many bytes at the beginning of a text are of a kind.
func length(text string, of func(rune) bool) int {
	if n := strings.IndexFunc(text, func(r rune) bool { return !of(r) }); n >= 0 {
		return n
	}
	return len(text)
}

var brackets = map[string]string{"(": ")", "[": "]", "{": "}"}

func balanced(all []token) bool {
	var open []string
	for _, t := range all {
		switch {
		case t.kind != operator:
		case brackets[t.text] != "":
			open = append(open, brackets[t.text])
		case t.text == ")" || t.text == "]" || t.text == "}":
			if len(open) == 0 || open[len(open)-1] != t.text {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return len(open) == 0
}

// closing is the index of the bracket that closes the one at the beginning.
func closing(all []token) int {
	depth := 0
	for i, t := range all {
		switch {
		case t.kind != operator:
		case brackets[t.text] != "":
			depth++
		case t.text == ")" || t.text == "]" || t.text == "}":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(all)
}

// split divides tokens at an operator outside of all brackets.
func split(all []token, at string) [][]token {
	var parts [][]token
	begin := 0
	for i := 0; i < len(all); i++ {
		switch {
		case all[i].kind == operator && brackets[all[i].text] != "":
			i += closing(all[i:])
		case all[i].is(at):
			parts, begin = append(parts, all[begin:i]), i+1
		}
	}
	return append(parts, all[begin:])
}

// bare leaves out brackets around everything.
func bare(all []token) []token {
	for len(all) > 2 && all[0].is("(") && closing(all) == len(all)-1 {
		all = all[1 : len(all)-1]
	}
	return all
}

// call is a method that is called in a chain, namespace('apps'), or a field.
type call struct {
	name      string
	field     bool
	arguments [][]token
}

// chain reads the calls that follow a name, and how many tokens they are with it.
func chain(all []token) (calls []call, n int) {
	n = 1
	for n+1 < len(all) && all[n].is(".") && all[n+1].kind == name {
		c := call{name: all[n+1].text}
		n += 2
		if c.field = n == len(all) || !all[n].is("("); !c.field {
			end := n + closing(all[n:])
			if inside := all[n+1 : end]; len(inside) > 0 {
				c.arguments = split(inside, ",")
			}
			n = end + 1
		}
		calls = append(calls, c)
	}
	return calls, n
}
