// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
)

// hostile are names that a cluster could have made up.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[31mred", "a\rb\nc\td", "bell\a\x9b31m", "\u202egnp.exe", "zero\u200bwidth\u200djoin\ufeff", "combi\u0301\u0302\u0303\u0304ning",
		"variation\ufe0f", "family👨‍👩‍👧flag🇩🇪", "漢字漢字漢字", "한ᄀ각", "\u3164filler", "กำ", "⚠️✅", "नि", strings.Repeat("long", 500), "\xff\xfe", "",
	}
}

// TestHostileText wants every line of every screen to keep its width (screen checks that) and no
// escape sequence but those of the styles.
func TestHostileText(t *testing.T) {
	for _, name := range hostile() {
		run := sample()
		run.Report.Cluster.Context, run.Report.ProbedAs, run.Report.Profile = name, name, name
		run.Matrix.NotAsked = []matrix.Gap{{Section: "identity", What: name, Why: name}}
		for i := range run.Matrix.Expectations {
			e := &run.Matrix.Expectations[i]
			e.Subject.Name, e.Because, e.Hint, e.Origin.Name, e.Observed = name, name, name, name, name
			for _, way := range e.Ways {
				way[0].Attributes.Resource, way[0].Attributes.Name = name, name
			}
			if i%2 == 0 && len(e.Ways) > 0 {
				e.Ways[0][0].Attributes.Verb = name
			}
		}
		m := started(t, (&rights{}).session(run), run, 120, 40, Options{})
		m.Init()
		drain(m)
		for i := range m.board.findings {
			m.board.findings[i].Reason, m.board.findings[i].Via = name, name
		}
		m.filter.text = name
		m.say(name)
		for _, size := range sizes {
			m.resize(size.w, size.h)
			for _, keys := range []string{"", "<tab>", "l", "<enter>", "jjj", "<esc><esc>", "G", "g", "s", "n"} {
				press(m, keys)
				got := screen(t, m)
				if strings.ContainsAny(ansi.Strip(m.View().Content), "\x1b\r\a\t\u009b") || strings.ContainsAny(got, "\u202e\u200b\u200d\ufeff\ufe0f\u0301") {
					t.Fatalf("%q gets through:\n%s", name, got)
				}
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"source-controller": "source-controller", "a\nb": "a b", "\u202eabc": "abc", "e\u0301": "e", "⚠️": "?", "漢": "漢", "é": "é", "\x1b[31m": "[31m",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFitAndWrap(t *testing.T) {
	for _, name := range hostile() {
		s := plain(name)
		for n := 1; n < 12; n++ {
			if w := width(fit(s, n)); w != n {
				t.Errorf("fit(%q, %d) takes %d cells", s, n, w)
			}
			for _, line := range wrap(s+" "+s, n) {
				if w := width(line); w > n {
					t.Errorf("wrap(%q, %d) has a line of %d cells", s, n, w)
				}
			}
		}
	}
}
