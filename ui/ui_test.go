// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"flag"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
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

func TestEveryFormatHasGoldens(t *testing.T) {
	for _, s := range situations() {
		for _, format := range Formats() {
			t.Run(s.name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Write(&b, format, s.report, Options{}); err != nil {
					t.Fatal(err)
				}
				golden(t, s.name+"."+format, []byte(parts.Replace(b.String())))
			})
		}
	}
}

// parts stand in the goldens for the files that are in every page, and for their digests.
var parts = strings.NewReplacer(
	pageStyle, "page.css", pageScript, "page.js",
	template.HTMLEscapeString(digest(pageStyle)), "digest of page.css", template.HTMLEscapeString(digest(pageScript)), "digest of page.js",
)

func TestVariants(t *testing.T) {
	for name, o := range map[string]Options{
		"ascii": {ASCII: true}, "color": {Color: true}, "failed": {FailedOnly: true}, "80": {Width: 80}, "40": {Width: 40, ASCII: true},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Write(&b, "table", failuresReport(), o); err != nil {
				t.Fatal(err)
			}
			golden(t, "failures-"+name+".table", b.Bytes())
		})
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
