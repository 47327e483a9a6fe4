// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	svg := draw("┌ <a> ┐\n│\x1b[1m\x1b[38;2;255;123;114m✗\x1b[39m b  c\x1b[0m│\n\x1b[7mname\x1b[27m\x1b[2m faint\x1b[m\n")
	for _, want := range []string{
		`>&lt;a&gt;</text>`, `fill="#ff7b72" font-weight="bold">✗</text>`, `font-weight="bold">b</text>`, `fill="#0d1117">name</text>`, `opacity="0.75">faint</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	wellFormed(t, svg)
}

// TestPicture wants the picture that is checked in to be one of this program.
func TestPicture(t *testing.T) {
	svg, err := os.ReadFile("../../../docs/ui.svg")
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, string(svg))
	if !strings.Contains(string(svg), "source-controller") {
		t.Error("docs/ui.svg shows no controller; run make picture")
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
