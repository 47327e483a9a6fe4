// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// The parts of the page; what the script draws comes from the data that is printed after the head.
var (
	//go:embed page/head.html
	pageHead string
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// pageData is what the head of the page is filled with.
type pageData struct {
	Policy, Cluster, About, Line string
	Mark                         string
	Overall                      matrix.Verdict
	Summary                      probe.Summary
	Interrupted                  bool
	Sections                     []pageSection
	Legend                       []pageMark
	NotAsked                     []string
	Style                        template.CSS
}

type pageSection struct {
	Name, Mark                                                   string
	Worst                                                        matrix.Verdict
	Pass, Checks, Missing, Excess, Undetermined, Warnings, Other string
}

type pageMark struct {
	Name matrix.Verdict
	Mark string
}

// writeHTML prints one page that needs nothing else: its policy allows no request, and no script or
// style but its own.
func writeHTML(b *bufio.Writer, r *probe.Report, _ Options) error {
	head, err := template.New("head").Parse(pageHead)
	if err != nil {
		return err
	}
	if err := head.Execute(b, pageOf(r)); err != nil {
		return err
	}
	b.WriteString(`<script type="application/json" id="data">`)
	if err := writePageData(b, r.Findings); err != nil {
		return err
	}
	b.WriteString("</script>\n<script>" + pageScript)
	_, err = b.WriteString("</script>\n</body>\n</html>\n")
	return err
}

func pageOf(r *probe.Report) pageData {
	p := newPen(Options{})
	d := pageData{
		Policy: "default-src 'none'; img-src data:; style-src '" + digest(pageStyle) + "'; script-src '" + digest(pageScript) +
			"'; base-uri 'none'; form-action 'none'",
		Cluster: probe.Printable(r.Cluster.Context), About: p.header(r), Line: p.summary(r.Summary),
		Overall: overall(r.Summary), Mark: Mark(overall(r.Summary), false), Summary: r.Summary, Interrupted: r.Interrupted,
		Style: template.CSS(pageStyle), // a constant of this package
	}
	for _, s := range tally(r.Findings) {
		c := s.counts
		other := c.Checks - c.Pass - c.Missing - c.Excess - c.Undetermined - c.Warnings
		d.Sections = append(d.Sections, pageSection{
			Name: probe.Printable(s.name), Mark: Mark(s.worst, false), Worst: s.worst, Pass: count(c.Pass), Checks: count(c.Checks),
			Missing: count(c.Missing), Excess: count(c.Excess), Undetermined: count(c.Undetermined), Warnings: count(c.Warnings), Other: count(other),
		})
	}
	for _, m := range marks {
		if m.verdict != "" {
			d.Legend = append(d.Legend, pageMark{m.verdict, m.glyph})
		}
	}
	for _, g := range r.NotAsked {
		d.NotAsked = append(d.NotAsked, probe.Printable(strings.Join(filled(g.Section, g.What, g.Why), ": ")))
	}
	return d
}

// digest is the name of a text in a Content-Security-Policy.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageColumns are the texts of a finding in the data of the page, by which the script finds them.
var pageColumns = [...]string{
	"section", "code", "verdict", "severity", "account", "verb", "access", "want", "because", "reason", "via", "observed", "hint", "anchor", "waiver",
}

// writePageData prints the findings as rows of numbers into a list of texts, which most findings
// share. encoding/json escapes <, > and &, so that no text can end the script element.
func writePageData(b *bufio.Writer, findings []probe.Finding) error {
	head, err := json.Marshal(pageColumns)
	if err != nil {
		return err
	}
	b.WriteString(`{"columns":`)
	b.Write(head)
	b.WriteString(`,"glyphs":{`)
	separator := ""
	for _, m := range marks {
		if m.verdict != "" {
			b.WriteString(separator + `"` + string(m.verdict) + `":"` + m.glyph + `"`)
			separator = ","
		}
	}
	b.WriteString(`},"findings":[`)
	var texts []string
	place := make(map[string]int)
	for i, f := range findings {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, text := range pageRow(f) {
			n, ok := place[text]
			if !ok {
				n, texts = len(texts), append(texts, text)
				place[text] = n
			}
			b.WriteByte("[,"[min(j, 1)])
			b.WriteString(decimal(n))
		}
		b.WriteByte(']')
	}
	b.WriteString(`],"texts":[`)
	for i, text := range texts {
		quoted, err := json.Marshal(text)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted)
	}
	_, err = b.WriteString("]}")
	return err
}

// pageRow is f in the order of pageColumns. A verdict that is not known is shown as undetermined.
func pageRow(f probe.Finding) [len(pageColumns)]string {
	verdict := marks[rank(f.Verdict)].verdict
	if verdict == "" {
		verdict = matrix.Undetermined
	}
	row := [len(pageColumns)]string{
		f.Section, f.Code, string(verdict), string(f.Severity), subjectOf(f.Subject), "", "",
		string(f.Want), because(f), f.Reason, f.Via, f.Observed, f.Hint, anchor(f.Code), waived(f),
	}
	if f.Access != nil {
		row[5], row[6] = f.Access.Verb, rowLabel(rowOf(*f.Access))
	}
	for i := range row {
		row[i] = probe.Printable(row[i])
	}
	return row
}
