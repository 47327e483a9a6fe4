// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var sizes = [...]struct{ w, h int }{{60, 12}, {80, 24}, {120, 40}, {200, 60}}

// situation is something to look at.
type situation struct {
	name string
	make func(t *testing.T, w, h int, o Options) *Model
}

// after is the model of the failing sample after some keys.
func after(keys string) func(t *testing.T, w, h int, o Options) *Model {
	return func(t *testing.T, w, h int, o Options) *Model {
		m := asked(t, &rights{refused: noLeases}, w, h, o)
		press(m, keys)
		return m
	}
}

func situations() []situation {
	refused := &rights{refused: noLeases}
	return []situation{
		{"pending", func(t *testing.T, w, h int, o Options) *Model {
			return started(t, refused.session(sample()), sample(), w, h, o)
		}},
		{"streaming", func(t *testing.T, w, h int, o Options) *Model {
			m := started(t, refused.session(sample()), sample(), w, h, o)
			m.Init()
			m.board.put(findingOf(m, 0, matrix.Pass), false)
			m.board.put(findingOf(m, 8, matrix.Missing), false)
			m.answered, m.needed = 2, 44
			return m
		}},
		{"well", func(t *testing.T, w, h int, o Options) *Model { return asked(t, &rights{}, w, h, o) }},
		{"failures", after("")},
		{"filter", after("/leases<enter>f")},
		{"help", after("?")},
		{"detail", after("n<enter>")},
		{"list", after("ss<down><enter><enter>")},
		{"error", func(t *testing.T, w, h int, o Options) *Model {
			m := asked(t, refused, w, h, o)
			m.loaded(loadedMsg{err: errors.New("connection refused"), scope: reloadAll})
			return m
		}},
		{"nothing", func(t *testing.T, w, h int, o Options) *Model {
			run := sample()
			run.Matrix, run.Report.Flux = &matrix.Matrix{}, nil
			m := started(t, refused.session(run), run, w, h, o)
			m.Init()
			drain(m)
			return m
		}},
	}
}

// TestScreens compares what each situation, and the detail of a check of each section, looks like at each
// size, without colour, in ASCII, and in colour on dark and light.
func TestScreens(t *testing.T) {
	for _, s := range append(situations(), sectionDetails()...) {
		t.Run(s.name, func(t *testing.T) {
			legend := newLegend()
			var b strings.Builder
			for _, size := range sizes {
				in := func(o Options) *Model { return s.make(t, size.w, size.h, o) }
				dark, light, none, ascii := in(Options{Color: true}), in(Options{Color: true, Light: true}), in(Options{}), in(Options{ASCII: true})
				text := screen(t, none)
				for name, coloured := range map[string]*Model{"dark": dark, "light": light} {
					if diff := cmp.Diff(text, screen(t, coloured)); diff != "" {
						t.Errorf("%s says something else:\n%s", name, diff)
					}
				}
				if content := none.View().Content; strings.Contains(content, "8;2;") || strings.Contains(content, "8;5;") {
					t.Error("colour without colour")
				}
				plain := screen(t, ascii)
				if i := strings.IndexFunc(plain, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
					t.Errorf("in ASCII there is %q", plain[i:min(i+9, len(plain))])
				}
				fmt.Fprintf(&b, "== %d x %d\n%s-- ascii\n%s-- styles\n%s", size.w, size.h, text, plain, legend.runs(cells(dark), cells(light), cells(none)))
			}
			golden(t, s.name+".txt", b.String()+"== legend\n"+legend.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
