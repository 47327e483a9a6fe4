// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// legend gives each combination of styles a letter, in order of first appearance: what a cell looks like
// on dark, on light and without colour.
type legend struct {
	letters map[string]byte
	order   []string
}

func newLegend() *legend { return &legend{letters: map[string]byte{}} }

// runs are the styled cells of a screen in its three looks: for each line that has some its number, then
// first-last and letter for each run of cells of one look.
func (l *legend) runs(dark, light, none uv.ScreenBuffer) string {
	var b strings.Builder
	for y := range dark.Height() {
		line := ""
		for x := 0; x < dark.Width(); {
			letter := l.letter(look(dark, x, y), look(light, x, y), look(none, x, y))
			first := x
			for x++; x < dark.Width() && l.letter(look(dark, x, y), look(light, x, y), look(none, x, y)) == letter; x++ {
			}
			if letter != 0 {
				line += fmt.Sprintf(" %d-%d%c", first, x-1, letter)
			}
		}
		if line != "" {
			fmt.Fprintf(&b, "%2d%s\n", y, line)
		}
	}
	return b.String()
}

// letter is 0 for a cell without style.
func (l *legend) letter(dark, light, none string) byte {
	if dark == "" && light == "" && none == "" {
		return 0
	}
	key := fmt.Sprintf("dark %s, light %s, no colour %s", dark, light, none)
	if l.letters[key] == 0 {
		l.letters[key] = 'a' + byte(len(l.order))
		l.order = append(l.order, key)
	}
	return l.letters[key]
}

// String is a line for each letter.
func (l *legend) String() string {
	var b strings.Builder
	for _, key := range l.order {
		fmt.Fprintf(&b, "%c %s\n", l.letters[key], key)
	}
	return b.String()
}

// look is the style of a cell in words, "" when it has none. The rest of a wide character has that of its
// beginning.
func look(buffer uv.ScreenBuffer, x, y int) string {
	cell := buffer.CellAt(x, y)
	for cell != nil && cell.Width == 0 && x > 0 {
		x--
		cell = buffer.CellAt(x, y)
	}
	if cell == nil {
		return ""
	}
	var words []string
	if fg := cell.Style.Fg; fg != nil {
		r, g, b, _ := fg.RGBA()
		words = append(words, fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8))
	}
	if cell.Style.Bg != nil {
		words = append(words, "background")
	}
	for _, a := range []struct {
		bit  uint8
		word string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrReverse, "reverse"}} {
		if cell.Style.Attrs&a.bit != 0 {
			words = append(words, a.word)
		}
	}
	return strings.Join(words, " ")
}
