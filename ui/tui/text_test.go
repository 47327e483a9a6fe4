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
		report := sample()
		report.Cluster.Context, report.ProbedAs, report.Profile = name, name, name
		report.NotAsked = []matrix.Gap{{Section: "identity", What: name, Why: name}}
		for i := range report.Findings { // as in a saved report, which has not been judged here
			f := &report.Findings[i]
			f.Subject.Name, f.Because, f.Hint, f.Origin, f.Observed = name, name, name, matrix.Share(matrix.Origin{Kind: "Kustomization", Name: name}), name
			f.Check.Meta().Subject, f.Check.Meta().Because, f.Check.Meta().Hint, f.Check.Meta().Origin = matrix.Share(f.Subject), name, name, f.Origin
			if f.Access == nil {
				continue
			}
			f.Access.Resource, f.Access.Name = name, name
			if i%2 == 0 {
				f.Access.Verb = name
			}
			f.Check.(*matrix.Asked).AnyOf[0][0].Access = *f.Access
		}
		m := started(t, (&rights{}).session(report), report, 120, 40, Options{})
		m.Init()
		drain(m)
		for i := range m.results.findings {
			m.results.findings[i].Reason, m.results.findings[i].Via = name, name
		}
		m.filter.text = name
		m.setStatus(name)
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

// Accounts of the same name, and namespaces that begin alike, can be told apart when they are cut.
func TestFitAccount(t *testing.T) {
	for _, test := range []struct {
		name, want string
		n          int
	}{
		{"flux-system/source-controller", "flux-system/s…", 14}, {"billing/reconciler", "billing/recon…", 14},
		{"tenant-production-eu/reconciler", "tenant-…ion-eu", 14}, {"tenant-production-us/reconciler", "tenant-…ion-us", 14}, {"apps/dev-team", "apps/dev-team  ", 15},
		{"helm-controller", "helm-cont…", 10}, {"äöü-äöü-äöü/a", "äöü-…-äöü", 9}, {"a/reconciler-of-all", "a/reco…", 7},
	} {
		if got := fitAccount(test.name, test.n); got != test.want {
			t.Errorf("%s in %d: %q, want %q", test.name, test.n, got, test.want)
		}
	}
}
