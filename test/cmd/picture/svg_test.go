// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestDraw(t *testing.T) {
	screen := "┌ <a> ┐\n│\x1b[1m\x1b[38;2;255;123;114m✗\x1b[39m b  c\x1b[0m│\n\x1b[7mname\x1b[27m\x1b[2m faint\x1b[m\n"
	svg := draw([]frame{{screen: screen}})
	for _, want := range []string{
		`>&lt;a&gt;</text>`, `fill="#ff7b72" font-weight="bold">✗</text>`, `font-weight="bold">b</text>`, `fill="#0d1117">name</text>`, `opacity="0.75">faint</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	wellFormed(t, svg)
}

// Each frame has its share of the time, and whoever wants no motion sees the last.
func TestDrawFrames(t *testing.T) {
	svg := draw([]frame{{screen: "one", shown: time.Second}, {screen: "two", at: time.Second, shown: 3 * time.Second}})
	for _, want := range []string{
		"#f0{animation:f0 4.0s step-end infinite}@keyframes f0{0%{visibility:hidden}0.00%{visibility:visible}25.00%{visibility:hidden}}",
		"@keyframes f1{0%{visibility:hidden}25.00%{visibility:visible}100.00%{visibility:hidden}}", "#f1{visibility:visible}}</style>",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	wellFormed(t, svg)
}

// The frames as an asciicast are a header and an event each.
func TestCast(t *testing.T) {
	cast, err := cast([]frame{{screen: "one\ntwo"}, {screen: "three", at: 1500 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":2,"width":120,"height":36,"title":"flux-probe"}` + "\n" +
		`[0,"o","\u001b[H\u001b[2Jone\r\ntwo"]` + "\n" + `[1.5,"o","\u001b[H\u001b[2Jthree"]` + "\n"
	if string(cast) != want {
		t.Errorf("got\n%s, want\n%s", cast, want)
	}
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
