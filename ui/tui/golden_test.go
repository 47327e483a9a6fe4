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

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var sizes = [...]struct{ w, h int }{{60, 12}, {80, 24}, {120, 40}, {200, 60}}

// TestScreens compares what each situation looks like at each size. The goldens have no styling:
// they must read without it.
func TestScreens(t *testing.T) {
	refused := &rights{refused: noLeases}
	for _, situation := range []struct {
		name string
		make func(t *testing.T, w, h int) *Model
	}{
		{"pending", func(t *testing.T, w, h int) *Model {
			return started(t, refused.session(sample()), sample(), w, h, Options{})
		}},
		{"streaming", func(t *testing.T, w, h int) *Model {
			m := started(t, refused.session(sample()), sample(), w, h, Options{})
			m.Init()
			m.board.put(findingOf(m, 0, matrix.Pass), false)
			m.board.put(findingOf(m, 8, matrix.Missing), false)
			m.answered, m.needed = 2, 44
			return m
		}},
		{"well", func(t *testing.T, w, h int) *Model { return asked(t, &rights{}, w, h, Options{}) }},
		{"failures", func(t *testing.T, w, h int) *Model { return asked(t, refused, w, h, Options{}) }},
		{"ascii", func(t *testing.T, w, h int) *Model { return asked(t, refused, w, h, Options{ASCII: true}) }},
		{"filter", func(t *testing.T, w, h int) *Model {
			m := asked(t, refused, w, h, Options{})
			press(m, "/leases<enter>f")
			return m
		}},
		{"help", func(t *testing.T, w, h int) *Model {
			m := asked(t, refused, w, h, Options{})
			press(m, "?")
			return m
		}},
		{"detail", func(t *testing.T, w, h int) *Model {
			m := asked(t, refused, w, h, Options{})
			press(m, "n<enter>")
			return m
		}},
		{"list", func(t *testing.T, w, h int) *Model {
			m := asked(t, refused, w, h, Options{})
			press(m, "ss<down><enter><enter>")
			return m
		}},
		{"error", func(t *testing.T, w, h int) *Model {
			m := asked(t, refused, w, h, Options{})
			m.loaded(loadedMsg{err: errors.New("connection refused"), scope: reloadAll})
			return m
		}},
		{"nothing", func(t *testing.T, w, h int) *Model {
			run := sample()
			run.Matrix, run.Report.Flux = &matrix.Matrix{}, nil
			m := started(t, refused.session(run), run, w, h, Options{})
			m.Init()
			drain(m)
			return m
		}},
	} {
		t.Run(situation.name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range sizes {
				fmt.Fprintf(&b, "== %d x %d\n%s", size.w, size.h, screen(t, situation.make(t, size.w, size.h)))
			}
			golden(t, situation.name+".txt", b.String())
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
