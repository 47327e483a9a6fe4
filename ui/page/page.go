// SPDX-License-Identifier: Apache-2.0

// Package page writes the part of the HTML report that needs no script: who asked what, the problems, the
// sections, where rights lead, and what was not asked. It is text that is safe to show, made by package ui, which
// writes the data of the checks and the script behind it.
//
//	ui (Report ─▶ Page) ──▶ Write ──▶ HTML
//
// The page is built of nodes that golang.org/x/net/html escapes as it writes them. The templates of the standard
// library would do as well, but call methods by their names, so that the linker keeps every method of every
// type: a fifth of the program.
package page

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"strconv"

	"golang.org/x/net/html"
)

// Style and Script are those of the page.
var (
	//go:embed page.css
	Style string
	//go:embed page.js
	Script string
)

// Page is what the page shows without its script. A Class is that of a verdict, as page.css has it.
type Page struct {
	Cluster, About, Line string
	Overall              Mark
	Checks               int
	Remarks              []string
	Turned               *Turned // nil if nothing is assumed
	Problems             []Problem
	Sections             []Section
	Failed               []Failed
	MoreFailed           int  // groups that are not among Failed
	ListFailed           bool // without a click
	Paths                []Path
	MorePaths            int // paths that are not among Paths
	Legend               []Mark
	NotAsked             []string
}

// Mark is the mark of a verdict, and its name where it is explained.
type Mark struct{ Class, Glyph, Name string }

// Problem is a fault with its cause and fix. Empty fields are left out.
type Problem struct {
	ID, Severity, Title, Cause, Fix, Owner, Proof, Patch string
	Leads                                                string // where the access leads
	Checks                                               string // the places of its checks, for the filter
	Mark                                                 Mark
	Effect, Commands                                     []string
}

// Section counts the checks of a section.
type Section struct {
	Name                                                         string
	Worst                                                        Mark
	Pass, Checks, Missing, Excess, Undetermined, Warnings, Other string
}

// Failed is failed checks that have everything but the access in common, as text: for those who cannot run the script,
// who search in the page, or print it.
type Failed struct {
	Mark                    Mark
	Code, Severity, Account string
	Access, Reasons         []string
}

// Path is where the access of a finding leads.
type Path struct {
	Code, Claim, LeadsTo string
	Steps                []string
}

// Write writes the document up to the end of its main element. Its policy allows no request, and no script or style
// but Style and Script. The caller closes body and html.
func Write(b *bufio.Writer, p Page) error {
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n")
	if err := html.Render(b, p.head()); err != nil {
		return err
	}
	b.WriteString("\n<body>\n")
	for _, part := range []*html.Node{p.header(), p.main()} {
		if err := html.Render(b, part); err != nil {
			return err
		}
		b.WriteByte('\n')
	}
	return nil
}

func (p Page) head() *html.Node {
	policy := "default-src 'none'; img-src data:; style-src '" + digest(Style) + "'; script-src '" + digest(Script) +
		"'; base-uri 'none'; form-action 'none'"
	return element("head", nil,
		element("meta", attributes("charset", "utf-8")),
		element("meta", attributes("http-equiv", "Content-Security-Policy", "content", policy)),
		element("meta", attributes("name", "viewport", "content", "width=device-width, initial-scale=1")),
		element("meta", attributes("name", "color-scheme", "content", "light dark")),
		element("meta", attributes("name", "referrer", "content", "no-referrer")),
		element("link", attributes("rel", "icon", "href", "data:,")),
		element("title", nil, text("flux-probe: "+p.Cluster)),
		element("style", nil, text(Style)),
	)
}

// digest is the name of a text in a Content-Security-Policy.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (p Page) header() *html.Node {
	header := element("header", nil,
		element("h1", nil, p.Overall.node(), text(" flux-probe")),
		element("p", attributes("class", "about"), text(p.About)),
		element("p", attributes("class", "summary", "data-checks", strconv.Itoa(p.Checks)), text(p.Line)),
	)
	for _, remark := range p.Remarks {
		header.AppendChild(element("p", attributes("class", "note"), text(remark)))
	}
	return header
}

// main has the problems first, and places for what the script draws.
func (p Page) main() *html.Node {
	return element("main", nil,
		p.Turned.node(),
		problems(p.Problems),
		sections(p.Sections),
		p.failed(),
		paths(p.Paths, p.MorePaths),
		element("noscript", nil, element("p", attributes("class", "note"), text("The matrix of all checks is drawn by the script in this page, which is switched off here. The problems and the failed checks are above."))),
		tools(),
		legend(p.Legend),
		element("div", attributes("class", "columns"),
			element("div", attributes("id", "accounts")),
			element("aside", attributes("id", "detail", "aria-label", "detail", "aria-live", "polite", "tabindex", "-1", "hidden", "")),
		),
		notAsked(p.NotAsked),
	)
}
