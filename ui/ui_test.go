// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/page"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// golden compares got with the named file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is missing: every format needs a golden, go test ./ui -update makes it", path)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// written is what Write prints.
func written(t *testing.T, format string, r *probe.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every format has a golden of the report with everything in it, the formats that people read one of a
// longer report as well. What other reports look like is asserted.
func TestEveryFormatHasGoldens(t *testing.T) {
	longer := map[string]situation{
		"table": {"failures", failuresReport()}, "wide": {"tenants", tenantsReport()}, "markdown": {"failures", failuresReport()},
		"html": {"failures", failuresReport()}, "name": {"failures", failuresReport()},
	}
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			short := func(text string) []byte {
				return []byte(rules.ReplaceAllString(digests.ReplaceAllString(parts.Replace(text), "digest"), "$1 those of docs/checks.md $2"))
			}
			golden(t, "everything."+format, short(written(t, format, everythingReport(), Options{})))
			if s, ok := longer[format]; ok {
				golden(t, s.name+"."+format, short(written(t, format, s.report, Options{})))
			}
		})
	}
}

// Goldens are for people to read.
func TestGoldensAreShort(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil && !strings.HasSuffix(path, "fuzz") {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n > 300 {
			t.Errorf("%s has %d lines: make the report smaller, or assert what matters", path, n)
		}
	}
}

// What is particular about a report is in the texts of it.
func TestSituations(t *testing.T) {
	for _, tc := range []struct {
		name    string
		report  *probe.Report
		formats string
		want    []string
	}{
		{"well", wellReport(), "table wide", []string{"\n✓ controllers  22 of 22 as expected\n✓ reconcilers   2 of  2 as expected\n", "\n24 of 24 checks as expected; 0 warnings; 24 reviews asked\n"}},
		{"well", wellReport(), "github", []string{"::notice title=flux-probe::24 of 24 checks as expected; 0 warnings; 24 reviews asked\n"}},
		{"well", wellReport(), "markdown", []string{"## ✓ flux-probe: 24 of 24 checks as expected", "| ✓ | `controllers` | 22 of 22 | 0 | 0 | 0 | 0 | 0 |"}},
		{"well", wellReport(), "junit", []string{`tests="24" failures="0" errors="0"`}},
		{"well", wellReport(), "sarif", []string{`"results": []`, `"executionSuccessful": true`}},
		{"warnings", warningsReport(), "table wide", []string{"\n▲ controllers  22 of 23 as expected, 1 warning\n", "▲ FP101  warning: flux-system/helm-controller cannot deletecollection configmaps", "\n24 of 25 checks as expected; 1 warning; 25 reviews asked\n"}},
		{"warnings", warningsReport(), "markdown", []string{"<details><summary>1 warning</summary>\n\n- ▲ [FP101]"}},
		{"warnings", warningsReport(), "openreports", []string{"result: warn", "severity: medium", "warn: 1"}},
		{"two-fluxes", twoFluxesReport(), "table wide markdown html", []string{"Flux v2.9.5 in flux-system · Flux of unknown version in flux-edge"}},
		{"two-fluxes", twoFluxesReport(), "table wide", []string{"flux-edge/source-controller · controllers"}},
		{"nothing", nothingReport(), "table wide", []string{"flux-probe · https://k8s.test:6443 · no Flux found · asking as oncall\n\nnothing was checked; 0 reviews asked\n"}},
		{"nothing", nothingReport(), "json", []string{`"flux": []`, `"findings": []`, `"result": "undetermined"`}},
		{"nothing", nothingReport(), "yaml", []string{"\nflux: []\n", "\nfindings: []\n"}},
		{"nothing", nothingReport(), "markdown html github", []string{"nothing was checked; 0 reviews asked"}},
		{"nothing", nothingReport(), "junit", []string{`<testsuites name="flux-probe" tests="0" failures="0" errors="0"></testsuites>`}},
		{"nothing", nothingReport(), "sarif", []string{`"executionSuccessful": false`}},
		{"interrupted", interruptedReport(), "table wide", []string{"\ninterrupted: checks without an answer count as undetermined\n", "reason: not asked before the run ended", "21 of 45 checks failed: 0 missing, 0 excess, 21 undetermined"}},
		{"interrupted", interruptedReport(), "markdown", []string{"**interrupted: checks without an answer"}},
		{"interrupted", interruptedReport(), "json", []string{`"interrupted": true`}},
		{"interrupted", interruptedReport(), "html", []string{"interrupted: checks without an answer"}},
		{"interrupted", interruptedReport(), "junit", []string{`errors="21"`}},
		{"hostile", hostileReport(), "table wide", []string{"apps/two lines and a tab", "ctx[31m", "asking as oncall"}},
		{"tenants", tenantsReport(), "table", []string{"  NAMESPACE  ACCOUNT   RECONCILES  IMPERSONATION  NEEDS"}},
	} {
		for _, format := range strings.Fields(tc.formats) {
			text := written(t, format, tc.report, Options{})
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("%s.%s lacks %q:\n%.3000s", tc.name, format, want, text)
				}
			}
		}
	}
}

// rules are those of a SARIF log, which TestRulesAreTheDocumentation compares.
var rules = regexp.MustCompile(`(?s)("rules": \[)\n.*?\n {10}(\])`)

// parts stand in the goldens for the files that are in every page, and digests for those of its policy.
var (
	parts   = strings.NewReplacer(page.Style, "page.css", page.Script, "page.js")
	digests = regexp.MustCompile(`sha256-[A-Za-z0-9+/]+=`)
)

func TestVariants(t *testing.T) {
	for name, o := range map[string]Options{"color": {Color: true, Width: 80}, "narrow": {Width: 40, ASCII: true}} {
		golden(t, "failures-"+name+".table", []byte(written(t, "table", failuresReport(), o)))
	}
	// The marks and separators of ASCII are the only other characters.
	plain := strings.NewReplacer("~", "e", "✓", "+", "–", "-", "▲", "^", "✗", "x", " · ", " | ", "…", "...").Replace(written(t, "table", failuresReport(), Options{}))
	if diff := cmp.Diff(regexp.MustCompile(" +").ReplaceAllString(plain, " "),
		regexp.MustCompile(" +").ReplaceAllString(written(t, "table", failuresReport(), Options{ASCII: true}), " ")); diff != "" {
		t.Errorf("in ASCII (-want +got):\n%s", diff)
	}
	// With failures only, nothing is new, and what passed is left out.
	all := written(t, "table", failuresReport(), Options{})
	for line := range strings.Lines(written(t, "table", failuresReport(), Options{FailedOnly: true})) {
		if !strings.Contains(all, line) || strings.HasPrefix(line, "✓ ") || strings.HasPrefix(line, "not asked") {
			t.Errorf("with failures only there is %q", line)
		}
	}
}

// Colour repeats the marks: without it the same text remains.
func TestColorAddsNothing(t *testing.T) {
	for _, s := range situations() {
		for _, format := range []string{"table", "wide"} {
			var with, without bytes.Buffer
			if err := errors.Join(Write(&with, format, s.report, Options{Color: true}), Write(&without, format, s.report, Options{})); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(without.String(), ansi.Strip(with.String())); diff != "" {
				t.Errorf("%s.%s (-without +with):\n%s", s.name, format, diff)
			}
		}
	}
}

func TestTextLinesAreSafe(t *testing.T) {
	for _, s := range situations() {
		for _, format := range []string{"table", "wide"} {
			var b bytes.Buffer
			if err := Write(&b, format, s.report, Options{}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s.%s: trailing space in %q", s.name, format, line)
				}
				if i := strings.IndexFunc(line, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) || r == unicode.ReplacementChar }); i >= 0 {
					t.Errorf("%s.%s: unsafe character at %d of %q", s.name, format, i, line)
				}
			}
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteErrorIsReturned(t *testing.T) {
	broken := errors.New("no space left")
	for _, format := range Formats() {
		if err := Write(brokenWriter{broken}, format, failuresReport(), Options{}); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want the writer's error", format, err)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(&bytes.Buffer{}, "xml", wellReport(), Options{})
	if _, ok := errors.AsType[*UnknownFormatError](err); !ok || err.Error() != `unknown output format "xml": use one of `+strings.Join(Formats(), ", ") {
		t.Errorf("got %v", err)
	}
}
