// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"image/color"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// TestColour looks at the cells of a mark that fails and of one that passes.
func TestColour(t *testing.T) {
	for _, test := range []struct {
		name       string
		options    Options
		background color.Color
		red, green string
	}{
		{"dark", Options{Color: true}, color.Black, "#ff7b72", "#56d364"},
		{"light", Options{Color: true}, color.White, "#cf222e", "#1a7f37"},
		{"light until told", Options{Color: true, Light: true}, nil, "#cf222e", "#1a7f37"},
		{"none", Options{}, color.Black, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := asked(t, &rights{refused: noLeases}, 120, 40, test.options)
			if test.background != nil {
				m.Update(tea.BackgroundColorMsg{Color: test.background})
			}
			buffer := cells(m)
			x := m.layout.grid.x + m.labelWidth() + 2
			for y, want := range map[int]string{m.layout.grid.y + 1: test.green, m.layout.grid.y + 2: test.red} {
				cell := buffer.CellAt(x, y)
				if got := hex(cell.Style.Fg); got != want {
					t.Errorf("%q is %q, want %q", cell.Content, got, want)
				}
			}
			if colorprofile.ASCII.Convert(color.White) != nil {
				t.Error("the profile of no colour has colour")
			}
		})
	}
}

func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	const digits = "0123456789abcdef"
	r, g, b, _ := c.RGBA()
	text := "#"
	for _, v := range []uint32{r, g, b} {
		text += string([]byte{digits[v>>12&15], digits[v>>8&15]})
	}
	return text
}
