// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
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
			m.results.put(findingOf(m, 0, matrix.Pass), false)
			m.results.put(findingOf(m, 8, matrix.Missing), false)
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
			report := sample()
			report.Findings, report.NotAsked, report.Flux = nil, nil, nil
			m := started(t, refused.session(report), report, w, h, o)
			m.Init()
			drain(m)
			return m
		}},
	}
}

// TestScreens compares what each situation looks like in the two usual sizes, and the detail of a check
// of each section in the smaller one. In every size, colour and ASCII change nothing but looks.
func TestScreens(t *testing.T) {
	var details strings.Builder
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			texts := s.texts(t)
			golden(t, s.name+".txt", texts[1]+texts[2])
		})
	}
	for _, s := range sectionDetails() {
		t.Run(s.name, func(t *testing.T) { details.WriteString("== " + s.name + "\n" + s.texts(t)[1]) })
	}
	golden(t, "sections.txt", details.String())
}

// texts are what a situation looks like in each of the sizes, without colour.
func (s situation) texts(t *testing.T) (texts [len(sizes)]string) {
	for i, size := range sizes {
		in := func(o Options) *Model { return s.make(t, size.w, size.h, o) }
		none := in(Options{})
		texts[i] = screen(t, none)
		for name, o := range map[string]Options{"dark": {Color: true}, "light": {Color: true, Light: true}} {
			if diff := cmp.Diff(texts[i], screen(t, in(o))); diff != "" {
				t.Errorf("%d x %d: in colour on %s there is another text:\n%s", size.w, size.h, name, diff)
			}
		}
		if content := none.View().Content; strings.Contains(content, "8;2;") || strings.Contains(content, "8;5;") {
			t.Errorf("%d x %d: colour without colour", size.w, size.h)
		}
		if diff := cmp.Diff(asciiLook.Replace(texts[i]), screen(t, in(Options{ASCII: true}))); diff != "" {
			t.Errorf("%d x %d: in ASCII there is another text:\n%s", size.w, size.h, diff)
		}
	}
	return texts
}

// asciiLook replaces the marks and the frame by those of ASCII.
var asciiLook = strings.NewReplacer("~", "e", cutMark, asciiCutMark, "✓", "+", "–", "-", "✗", "x", "▲", "^", "─", "-", "│", "|", "┌", "+", "┐", "+", "└", "+", "┘", "+", "┬", "+", "┴", "+", "├", "+", "┤", "+")

// TestScreenStyles compares what a screen looks like in colour on dark and light, and without colour.
func TestScreenStyles(t *testing.T) {
	legend := newLegend()
	in := func(o Options) uv.ScreenBuffer { return cells(after("n")(t, 80, 24, o)) }
	runs := legend.runs(in(Options{Color: true}), in(Options{Color: true, Light: true}), in(Options{}))
	golden(t, "styles.txt", runs+"== legend\n"+legend.String())
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
