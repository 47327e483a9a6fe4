// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// style is what flux-probe uses of a terminal's styling (ECMA-48, select graphic rendition).
type style struct {
	colour               string // #rrggbb, empty for the terminal's own
	bold, faint, reverse bool
}

// stretch is text of one style.
type stretch struct {
	text  string
	style style
}

// runs splits a row by its escape sequences. The style goes on in the next row.
func runs(row string, s *style) []stretch {
	var out []stretch
	for i, part := range strings.Split(row, "\x1b[") {
		text := part
		if i > 0 {
			end := strings.IndexFunc(part, func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				continue
			}
			if part[end] == 'm' {
				s.apply(strings.FieldsFunc(part[:end], func(r rune) bool { return r == ';' || r == ':' }))
			}
			text = part[end+1:]
		}
		if text = strings.ReplaceAll(strings.ReplaceAll(text, "\x0e", ""), "\x0f", ""); text != "" {
			out = append(out, stretch{text, *s})
		}
	}
	return out
}

// apply changes the style by the parameters of a sequence.
func (s *style) apply(parameters []string) {
	if len(parameters) == 0 {
		*s = style{}
	}
	for i := 0; i < len(parameters); i++ {
		n, _ := strconv.Atoi(parameters[i])
		switch {
		case n == 0:
			*s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.faint = true
		case n == 7:
			s.reverse = true
		case n == 22:
			s.bold, s.faint = false, false
		case n == 27:
			s.reverse = false
		case n == 39:
			s.colour = ""
		case n == 38 && i+4 < len(parameters) && parameters[i+1] == "2":
			s.colour = "#"
			for part := range slices.Values(parameters[i+2 : i+5]) {
				value, _ := strconv.Atoi(part)
				s.colour += fmt.Sprintf("%02x", value&0xff)
			}
			i += 4
		}
	}
}
