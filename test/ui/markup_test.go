// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func newLineReader(out []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(out)) }

// elements walks a document and gives each element with its attributes to visit.
func elements(t *testing.T, page []byte, visit func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// A comment renders to the elements that were meant, with raw HTML let through as GitHub does.
func readMarkdown(t *testing.T, out []byte, r *probe.Report) {
	if n := utf8.RuneCount(out); n > 65_536 {
		t.Errorf("a comment of %d characters", n)
	}
	var page bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
	if err := md.Convert(out, &page); err != nil {
		t.Fatal(err)
	}
	known := strings.Fields("html head body h2 p code table thead tbody tr th td ul li a br details summary strong")
	details, columns := 0, [8]int{}
	elements(t, page.Bytes(), func(n *html.Node) {
		if !slices.Contains(known, n.Data) {
			t.Errorf("element %s: %.80s", n.Data, text(n))
		}
		switch n.Data {
		case "a":
			if href := attribute(n, "href"); !strings.HasPrefix(href, "https://github.com/flux-probe/flux-probe/blob/main/docs/checks.md#fp") {
				t.Errorf("a link to %s", href)
			}
		case "h2":
			if !strings.HasSuffix(text(n), "flux-probe: "+summaryLine(t, r)) {
				t.Errorf("heading %q", text(n))
			}
		case "details":
			details++
		case "tr":
			addCells(&columns, n)
		}
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "style" && a.Key != "align" {
				t.Errorf("attribute %s of %s", a.Key, n.Data)
			}
		}
	})
	opened, closed := strings.Count(string(out), "\n<details><summary>"), strings.Count(string(out), "\n</details>\n")
	if details != opened || details != closed {
		t.Errorf("%d folded parts, %d opened, %d closed", details, opened, closed)
	}
	checkColumns(t, columns, r.Summary)
}

// Each text alone leaves room for the parts that are folded.
func TestMarkdownOfEachText(t *testing.T) {
	for _, text := range hostile {
		r := corpus(text)
		out := print(t, "markdown", r)
		readMarkdown(t, out, r)
		if !bytes.Contains(out, []byte("\n<details><summary>")) {
			t.Errorf("nothing is folded for %.40q", text)
		}
	}
}

// addCells adds a row of the table of sections: mark, name, "P of C", and five numbers.
func addCells(columns *[8]int, row *html.Node) {
	var cells []string
	for c := range row.ChildNodes() {
		if c.Type == html.ElementNode {
			cells = append(cells, text(c))
		}
	}
	if len(cells) != 8 || !strings.Contains(cells[2], " of ") {
		return
	}
	pass, checks, _ := strings.Cut(cells[2], " of ")
	for i, cell := range []string{pass, checks, cells[3], cells[4], cells[5], cells[6], cells[7]} {
		n := 0
		for _, digit := range strings.ReplaceAll(cell, ",", "") {
			n = n*10 + int(digit-'0')
		}
		columns[i] += n
	}
}

func checkColumns(t *testing.T, columns [8]int, s probe.Summary) {
	t.Helper()
	other := s.Checks - s.Pass - s.Missing - s.Excess - undetermined(s) - warnings(s)
	equal(t, "sections", columns, [8]int{s.Pass, s.Checks, s.Missing, s.Excess, undetermined(s), warnings(s), other})
}

// The page has the elements that were meant, and its data counts as the summary does.
func readHTML(t *testing.T, out []byte, r *probe.Report) {
	scripts, columns := 0, [8]int{}
	elements(t, out, func(n *html.Node) {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "href" && a.Val != "data:," || a.Key == "style" {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "img", "iframe", "object", "embed", "form", "base", "svg":
			t.Errorf("element %s", n.Data)
		case "script":
			scripts++
			if attribute(n, "id") == "data" {
				checkData(t, text(n), r.Summary)
			}
		case "p":
			if attribute(n, "class") == "summary" {
				equal(t, "summary", text(n), summaryLine(t, r))
			}
		case "tr":
			addCells(&columns, n)
		}
	})
	equal(t, "scripts", scripts, 2)
	checkColumns(t, columns, r.Summary)
}

func checkData(t *testing.T, data string, want probe.Summary) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(data))
	d.DisallowUnknownFields()
	var page struct {
		Columns  []string          `json:"columns"`
		Glyphs   map[string]string `json:"glyphs"`
		Denied   string            `json:"denied"`
		Warning  string            `json:"warning"`
		Findings [][]int           `json:"findings"`
		Texts    []string          `json:"texts"`
	}
	if err := d.Decode(&page); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("after the data: %v", err)
	}
	verdict, severity := slices.Index(page.Columns, "verdict"), slices.Index(page.Columns, "severity")
	var s probe.Summary
	for _, f := range page.Findings {
		s.Add(probe.Finding{Verdict: matrix.Verdict(page.Texts[f[verdict]]), Severity: matrix.Severity(page.Texts[f[severity]])})
	}
	s.Reviews, s.Result = want.Reviews, want.Result
	equal(t, "data", s, want)
}
