// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
)

// Arbitrary names leave the marks under their verbs, in every width and palette.
func FuzzAlignment(f *testing.F) {
	for _, name := range []string{"plain", "漢字", "a\u0301b", "\x1b[31mred", "\u202egnp", "", "*", "👩‍👩‍👧", "⚠️", "한글", "\u0b57", "\u0d4e", "\xff", strings.Repeat("x", 300)} {
		f.Add(name, 80, true)
		f.Add(name, 0, false)
	}
	f.Fuzz(func(t *testing.T, name string, width int, color bool) {
		if width = min(max(width, 0), 500); width > 0 {
			width = max(width, narrowest+16)
		}
		r := matrix.Access{Resource: name, Namespace: name}
		findings := append(asked("tenants", "FP401", "apps/a", r, "get list", matrix.Allow, no),
			asked("tenants", "FP401", "apps/a", secrets, "get list", matrix.Allow, no)...)
		var b bytes.Buffer
		p := newTextPrinter(Options{Width: width, Color: color})
		if err := flush(&b, func(w *bufio.Writer) error { return p.blocks(w, findings, true, false) }); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(ansi.Strip(b.String())), "\n")
		if len(lines) != 4 {
			t.Fatalf("want a title, a header and two rows:\n%s", b.String())
		}
		want := ansi.StringWidth(lines[2])
		for _, line := range lines[2:] {
			if got := ansi.StringWidth(line); got != want {
				t.Errorf("a row of %d cells beside one of %d:\n%s", got, want, b.String())
			}
		}
		if width > 0 && want > width {
			t.Errorf("rows of %d cells in %d:\n%s", want, width, b.String())
		}
	})
}
